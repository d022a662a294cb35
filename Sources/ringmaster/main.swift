import Commands

await RingmasterCommand.run()
