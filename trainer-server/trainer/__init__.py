"""AgentCoder's Python side: preparing and training models. It never reads a tool call and never scores an answer."""
