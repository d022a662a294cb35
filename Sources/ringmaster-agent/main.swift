import AgentCommands

await AgentCommand.main()
