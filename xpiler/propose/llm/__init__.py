"""The neural half: a language model behind any OpenAI-compatible endpoint proposes; its replies are data."""
