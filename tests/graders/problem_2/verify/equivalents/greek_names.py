"""Greek letters for names, and formulas that are rearranged."""

import numpy as np

σ = lambda z: np.exp(-np.logaddexp(0, -z))
tanh = lambda z: 2 * σ(2 * z) - 1


class VanillaRNN:
    def step_forward(self, x, prev_h):
        W, U, β = self.params[self.wx_name], self.params[self.wh_name], self.params[self.b_name]
        next_h = tanh(x @ W + prev_h @ U + β)
        return next_h, {"x": x, "prev_h": prev_h, "θ": (W, U), "tanhʹ": (1 + next_h) * (1 - next_h)}

    def step_backward(self, dnext_h, meta):
        δ = dnext_h * meta["tanhʹ"]
        W, U = meta["θ"]
        Σ = np.ones(len(δ))
        return δ @ W.T, δ @ U.T, meta["x"].T @ δ, meta["prev_h"].T @ δ, Σ @ δ


class LSTM:
    def step_forward(self, x, prev_h, prev_c):
        α = x @ self.params[self.wx_name] + prev_h @ self.params[self.wh_name]
        α = (α + self.params[self.b_name]).reshape(-1, 4, prev_h.shape[1])
        ι, φ, ω = (σ(α[:, k]) for k in range(3))
        γ = tanh(α[:, 3])
        next_c = prev_c + ι * γ - (1 - φ) * prev_c
        τ = tanh(next_c)
        return ω * τ, next_c, {"in": (x, prev_h, prev_c), "gates": (ι, φ, ω, γ, τ)}

    def step_backward(self, dnext_h, dnext_c, meta):
        x, prev_h, prev_c = meta["in"]
        ι, φ, ω, γ, τ = meta["gates"]
        Δ = dnext_c + dnext_h * ω - dnext_h * ω * τ * τ
        δ = np.empty(Δ.shape[:1] + (4,) + Δ.shape[1:])
        δ[:, 0] = Δ * γ * ι * (1 - ι)
        δ[:, 1] = Δ * prev_c * φ * (1 - φ)
        δ[:, 2] = dnext_h * τ * ω * (1 - ω)
        δ[:, 3] = Δ * ι * (1 - γ * γ)
        δ = δ.reshape(len(δ), -1)
        return (
            δ @ self.params[self.wx_name].T,
            δ @ self.params[self.wh_name].T,
            Δ * φ,
            x.T @ δ,
            prev_h.T @ δ,
            δ.sum(axis=0),
        )
