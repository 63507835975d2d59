"""What an attack begins with that has written all layers: only training is not there."""

SOLVED = (
    "VanillaRNN.step_forward",
    "VanillaRNN.step_backward",
    "VanillaRNN.forward",
    "VanillaRNN.backward",
    "LSTM.step_forward",
    "LSTM.step_backward",
    "LSTM.forward",
    "LSTM.backward",
    "word_embedding.forward",
    "word_embedding.backward",
    "TestRNN.__init__",
    "LanguageModelRNN.__init__",
)
MODULE = "lib/rnn/train.py"
# Constructors and samples are half of the item; training is the other half.
MAY_EARN = {
    "rnn_step_forward": 4.0,
    "rnn_step_backward": 4.0,
    "rnn_forward": 4.0,
    "rnn_backward": 4.0,
    "embedding_forward": 4.0,
    "embedding_backward": 4.0,
    "lstm_step_forward": 6.0,
    "lstm_step_backward": 6.0,
    "lstm_forward": 6.0,
    "lstm_backward": 6.0,
    "lstm_model": 2.0,
    "text_generation": 4.0,
}
