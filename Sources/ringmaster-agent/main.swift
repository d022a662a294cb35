import AgentCommands

AgentCommand.start()
