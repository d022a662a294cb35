namespace Ringmaster
{
    using System;
    using System.IO;
    using System.Threading;

    /// <summary>
    /// Starts the one-shot on Linux, in the place of launch.ps1: folder, program, arguments, what stands for
    /// powershell.exe and for taskkill.exe. Or, given a file of keys, messages and
    /// signatures in base64, says of each line whether it is valid.
    /// </summary>
    internal static class Harness
    {
        private static int Main(string[] arguments)
        {
            if (arguments.Length == 1) return Judge(arguments[0]);
            // Nobody waits for a reboot that has happened, or for a server that never comes.
            Clock.Sleep = milliseconds => Thread.Sleep(Math.Min(milliseconds, 50));
            OrderRun.RestartCode = 3010 % 256;
            StepRunner steps = new StepRunner(arguments[0], arguments[3], arguments[4]);
            return OneShot.Run(arguments[0], arguments[1], arguments[2], steps);
        }

        private static int Judge(string file)
        {
            foreach (string line in File.ReadAllLines(file))
            {
                byte[][] parts = Array.ConvertAll(line.Split(' '), Convert.FromBase64String);
                Console.WriteLine(Ed25519.IsValid(parts[0], parts[1], parts[2]) ? "valid" : "not valid");
            }
            return 0;
        }
    }
}
