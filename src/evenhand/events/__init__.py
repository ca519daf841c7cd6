"""The vocabulary: what can happen in hiring, as frozen, strict, closed models; one module per kind of fact."""
