"""Small assignments whose answers are objects of packages: graphs, pictures, models, charts."""

from cell_notebooks import cell, notebook
from cell_styles import Style

GRAPHS = Style(
    "graphs",
    notebook(
        cell("staff", "import networkx as nx", "setup"),
        cell("solution", "G = nx.Graph()\nG.add_edges_from([('a', 'b'), ('b', 'c'), ('a', 'c'), "
             "('c', 'd')], weight=2)", "graph"),
        cell("test", "assert G.number_of_nodes() == 4 and G.number_of_edges() == 4\n"
             "assert isinstance(G, nx.Graph)\nassert sorted(G.nodes()) == ['a', 'b', 'c', 'd']",
             "test_nodes"),
        cell("test", "assert G.has_edge('a', 'b') and not G.has_edge('a', 'd')\n"
             "assert dict(G.degree())['c'] == 3 and G['a']['b']['weight'] == 2\n"
             "assert sorted(G.neighbors('c')) == ['a', 'b', 'd']\n"
             "assert set(map(frozenset, G.edges())) >= {frozenset('ab'), frozenset('cd')}",
             "test_edges"),
        cell("solution", "def distance(graph, one, other):\n"
             "    return nx.shortest_path_length(graph, one, other)\n\n"
             "def hubs(graph, least):\n"
             "    return [node for node, degree in graph.degree() if degree >= least]", "paths"),
        cell("test", "assert distance(G, 'a', 'd') == 2\nassert hubs(G, 3) == ['c']", "test_own"),
        cell("solution", "def chain(n):\n    return nx.path_graph(n)", "chain"),
        cell("test", "### BEGIN HIDDEN TESTS\nH = chain(5)\nassert distance(H, 0, 4) == 4\n"
             "assert hubs(H, 2) == [1, 2, 3] and list(H.nodes) == [0, 1, 2, 3, 4]\n"
             "### END HIDDEN TESTS", "test_other", 2),
    ),
    {"directed": {"graph": "G = nx.DiGraph([('a', 'b'), ('b', 'c'), ('a', 'c'), ('c', 'd')])"},
     "mistake": {"paths": "def distance(graph, one, other):\n    return len(graph)\n\n"
                 "def hubs(graph, least):\n"
                 "    return [node for node, degree in graph.degree() if degree > least]"}},
)  # fmt: skip
PICTURES = Style(
    "pictures",
    notebook(
        cell("staff", "from PIL import Image\nimport numpy as np", "setup"),
        cell("solution", "img = Image.new('RGB', (4, 3), (255, 0, 0))\nimg.putpixel((1, 2), "
             "(0, 0, 255))", "picture"),
        cell("test", "assert img.size == (4, 3) and img.width == 4 and img.mode == 'RGB'",
             "test_size"),
        cell("test", "assert img.getpixel((0, 0)) == (255, 0, 0)\n"
             "assert img.getpixel((1, 2)) == (0, 0, 255)", "test_pixels"),
        cell("solution", "pixels = np.array(img)", "array"),
        cell("test", "assert pixels.shape == (3, 4, 3)\n"
             "assert pixels[2, 1].tolist() == [0, 0, 255]", "test_array"),
        cell("solution", "def gray(picture):\n    return picture.convert('L')\n\n"
             "def negative(pixels):\n    return 255 - pixels", "change"),
        cell("test", "assert gray(img).mode == 'L' and gray(img).size == img.size\n"
             "assert (negative(pixels)[0, 0] == [0, 255, 255]).all()", "test_change"),
    ),
    {"turned": {"picture": "img = Image.new('RGB', (3, 4), (255, 0, 0))"},
     "wrong": {"change": "def gray(picture):\n    return picture\ndef negative(pixels):\n"
               "    return -pixels"}},
)  # fmt: skip
STATISTICS = Style(
    "statistics",
    notebook(
        cell("staff", "import numpy as np\nimport pandas as pd\nimport statsmodels.api as sm\n"
             "import statsmodels.formula.api as smf\n"
             "table = pd.DataFrame({'x': [0., 1, 2, 3, 4], 'y': [1., 3.1, 4.9, 7.2, 8.8]})",
             "setup"),
        cell("solution", "model = smf.ols('y ~ x', data=table).fit()", "model"),
        cell("test", "assert abs(model.params['x'] - 1.97) < 1e-6\n"
             "assert np.isclose(model.params['Intercept'], 1.06)", "test_params"),
        cell("test", "assert model.rsquared > 0.99 and model.pvalues['x'] < 0.01\n"
             "assert model.nobs == 5 and len(model.resid) == 5\n"
             "assert model.conf_int().shape == (2, 2)", "test_quality"),
        cell("test", "assert np.allclose(model.predict(pd.DataFrame({'x': [10.0]})), 20.76)\n"
             "assert list(model.params.index) == ['Intercept', 'x']", "test_predicts", 2),
        cell("solution", "def slope(x, y):\n    return sm.OLS(y, sm.add_constant(x)).fit()"
             ".params[1]", "slope"),
        cell("test", "### BEGIN HIDDEN TESTS\nassert abs(slope(np.arange(4.0), 3 * np.arange(4.0) "
             "+ 1) - 3) < 1e-8\n### END HIDDEN TESTS", "test_slope"),
    ),
    {"no_constant": {"model": "model = smf.ols('y ~ x - 1', data=table).fit()"},
     "unfitted": {"model": "model = smf.ols('y ~ x', data=table)",
                  "slope": "def slope(x, y):\n    return sm.OLS(y, x).fit().params[0]"}},
)  # fmt: skip
CHARTS = Style(
    "charts",
    notebook(
        cell("staff", "import pandas as pd\nimport matplotlib.pyplot as plt\n"
             "import seaborn as sns\n"
             "table = pd.DataFrame({'day': ['Mon', 'Tue', 'Wed'], 'n': [3, 5, 4]})", "setup"),
        cell("solution", "ax = sns.barplot(data=table, x='day', y='n')\nax.set_title('Visits')",
             "bars"),
        cell("test", "assert ax.get_title() == 'Visits'\nassert ax.get_xlabel() == 'day'\n"
             "assert [t.get_text() for t in ax.get_xticklabels()] == ['Mon', 'Tue', 'Wed']",
             "test_labels"),
        cell("test", "assert len(ax.patches) == 3\n"
             "assert [bar.get_height() for bar in ax.patches] == [3, 5, 4]", "test_bars", 2),
        cell("solution", "def scatter(frame, x, y):\n"
             "    return sns.scatterplot(data=frame, x=x, y=y)", "scatter"),
        cell("test", "plt.close('all')\npoints = scatter(table, 'n', 'n')\n"
             "assert points.get_ylabel() == 'n'\n"
             "assert points.collections[0].get_offsets().data.tolist() == [[3, 3], [5, 5], [4, 4]]",
             "test_points"),
    ),
    {"untitled": {"bars": "ax = sns.barplot(data=table, x='n', y='day')"},
     "line": {"scatter": "def scatter(frame, x, y):\n"
              "    return sns.lineplot(data=frame, x=x, y=y)"}},
)  # fmt: skip
ESTIMATORS = Style(
    "estimators",
    notebook(
        cell("staff", "import numpy as np\nfrom sklearn.linear_model import LinearRegression\n"
             "from sklearn.pipeline import make_pipeline\nfrom sklearn.preprocessing import "
             "StandardScaler\nfrom sklearn.cluster import KMeans\n"
             "X = np.arange(10.0).reshape(-1, 1)\ny = 2 * X[:, 0] + 1", "setup"),
        cell("solution", "model = LinearRegression().fit(X, y)", "model"),
        cell("test", "assert isinstance(model, LinearRegression)\n"
             "assert np.isclose(model.coef_[0], 2) and abs(model.intercept_ - 1) < 1e-8\n"
             "assert model.score(X, y) > 0.999", "test_model"),
        cell("solution", "def pipeline():\n"
             "    return make_pipeline(StandardScaler(), LinearRegression())\n\n"
             "def groups(points, k):\n"
             "    return KMeans(n_clusters=k, n_init=3, random_state=0).fit_predict(points)",
             "functions"),
        cell("test", "p = pipeline()\np.fit(X, y)\nassert np.allclose(p.predict(X), y)\n"
             "assert list(p.named_steps) == ['standardscaler', 'linearregression']\n"
             "assert len(p.steps) == 2 and p.get_params()['linearregression__fit_intercept']",
             "test_pipeline", 2),
        cell("test", "### BEGIN HIDDEN TESTS\nfound = groups(np.array([[0.0], [0.1], [9], [9.1]]), "
             "2)\nassert found[0] == found[1] != found[2] == found[3]\n"
             "assert len(set(found)) == 2\n### END HIDDEN TESTS", "test_groups"),
    ),
    {"other": {"model": "model = LinearRegression(fit_intercept=False).fit(X, y)"},
     "alone": {"functions": "def pipeline():\n    return LinearRegression()\n"
               "def groups(points, k):\n    return np.zeros(len(points), int)"}},
)  # fmt: skip
FIGURES = Style(
    "figures",
    notebook(
        cell("staff", "import pandas as pd\nimport plotly.express as px\n"
             "import plotly.graph_objects as go", "setup"),
        cell("solution", "fig = px.bar(x=['a', 'b'], y=[1, 3], title='Two')", "bars"),
        cell("test", "assert fig.layout.title.text == 'Two'\nassert len(fig.data) == 1\n"
             "assert fig.data[0].type == 'bar' and list(fig.data[0].y) == [1, 3]", "test_bars"),
        cell("solution", "def line(x, y):\n    return go.Figure(go.Scatter(x=x, y=y, "
             "mode='lines'))", "line"),
        cell("test", "made = line([1, 2], [3, 4])\nassert isinstance(made, go.Figure)\n"
             "assert made.data[0].mode == 'lines' and tuple(made.data[0].x) == (1, 2)",
             "test_line", 2),
    ),
    {"untitled": {"bars": "fig = px.bar(x=['a', 'b'], y=[3, 1])"}},
)  # fmt: skip
# What each needs, by the name that is imported.
OF_PACKAGES = {
    "networkx": GRAPHS,
    "PIL": PICTURES,
    "statsmodels": STATISTICS,
    "seaborn": CHARTS,
    "sklearn": ESTIMATORS,
    "plotly": FIGURES,
}
