namespace Ringmaster
{
    using System;
    using System.Threading;

    /// <summary>Starts the one-shot on Linux, in the place of launch.ps1: folder, program, arguments.</summary>
    internal static class Harness
    {
        private static int Main(string[] arguments)
        {
            // Nobody waits for a reboot that has happened, or for a server that never comes.
            Clock.Sleep = milliseconds => Thread.Sleep(Math.Min(milliseconds, 50));
            return OneShot.Run(arguments[0], arguments[1], arguments[2]);
        }
    }
}
