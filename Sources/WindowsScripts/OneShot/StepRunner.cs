namespace Ringmaster
{
    using System;
    using System.Collections.Generic;
    using System.Diagnostics;
    using System.IO;
    using System.Text;
    using System.Threading;

    /// <summary>How a step's program ended.</summary>
    internal sealed class StepRun
    {
        /// <summary>null when it did not end by itself, or was not begun.</summary>
        internal int? ExitCode;
        internal bool IsTimedOut, IsCancelled;
        /// <summary>Why it could not be begun; null when it was.</summary>
        internal string Complaint;
        internal long Milliseconds;
        /// <summary>The end of what it said.</summary>
        internal string Output = "";
    }

    /// <summary>Runs the steps of documents, each with nothing to read and a clean environment.</summary>
    public sealed class StepRunner
    {
        private const string Options = "-NoLogo -NoProfile -NonInteractive -ExecutionPolicy Bypass -File ";
        private const int Slice = 200, KillPatience = 30000;
        private const double WithdrawalPause = 30;
        /// <summary>What programs of Windows need; whatever else the stock agent has, its credentials among it, is not for steps.</summary>
        private static readonly string[] Inherited =
        {
            "ALLUSERSPROFILE", "APPDATA", "CommonProgramFiles", "CommonProgramFiles(x86)", "CommonProgramW6432", "COMPUTERNAME",
            "ComSpec", "LOCALAPPDATA", "NUMBER_OF_PROCESSORS", "OS", "PATH", "PATHEXT", "PROCESSOR_ARCHITECTURE", "ProgramData",
            "ProgramFiles", "ProgramFiles(x86)", "ProgramW6432", "PSModulePath", "PUBLIC", "SystemDrive", "SystemRoot", "TEMP",
            "TMP", "USERDOMAIN", "USERNAME", "USERPROFILE", "windir",
        };

        private readonly string folder, powershell, taskkill;

        /// <param name="folder">where scripts are while they run: SYSTEM and administrators alone may write to it.</param>
        public StepRunner(string folder, string powershell, string taskkill)
        {
            this.folder = folder;
            this.powershell = powershell;
            this.taskkill = taskkill;
        }

        /// <summary>Runs a step to its end, or to its timeout or withdrawal, at which it is ended with what it has started.</summary>
        /// <param name="names">further variables of its environment.</param>
        /// <param name="begun">told of the process.</param>
        /// <param name="isWithdrawn">asked every half minute; null for a step that is carried through.</param>
        internal StepRun Run(Step step, Map names, Action<Process> begun, Func<bool> isWithdrawn)
        {
            string script = null;
            Process process = null;
            try
            {
                ProcessStartInfo start = Program(step, out script);
                start.EnvironmentVariables.Clear();
                foreach (string name in Inherited)
                {
                    string value = Environment.GetEnvironmentVariable(name);
                    if (value != null) start.EnvironmentVariables[name] = value;
                }
                foreach (string name in step.Environment.Keys) start.EnvironmentVariables[name] = step.Environment.Text(name);
                foreach (string name in names.Keys) start.EnvironmentVariables[name] = names.Text(name);
                start.WorkingDirectory = Path.GetPathRoot(folder);
                start.UseShellExecute = false;
                start.CreateNoWindow = true;
                start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
                process = Process.Start(start);
            }
            catch (StepFailure failure) { return NotBegun(failure, script); }
            catch (IOException error) { return NotBegun(error, script); }
            catch (UnauthorizedAccessException error) { return NotBegun(error, script); }
            catch (InvalidOperationException error) { return NotBegun(error, script); }
            catch (System.ComponentModel.Win32Exception error) { return NotBegun(error, script); }
            using (process)
            {
                try { return Watch(step, process, begun, isWithdrawn); }
                // The journal cannot be written: the next start runs the step anew.
                catch (IOException)
                {
                    Kill(process);
                    throw;
                }
                finally { Remove(script); }
            }
        }

        /// <summary>Ends what a step left running whose one-shot was ended; its process is known by its number and its beginning.</summary>
        internal void EndLeftover(int process, long began)
        {
            try
            {
                using (Process leftover = Process.GetProcessById(process))
                {
                    // Numbers are given anew.
                    if (Math.Abs(leftover.StartTime.ToUniversalTime().Ticks - began) < TimeSpan.TicksPerSecond * 2) Kill(leftover);
                }
            }
            catch (ArgumentException) { Console.WriteLine("what was begun of the step has ended"); }
            catch (InvalidOperationException) { Console.WriteLine("what was begun of the step ends"); }
            catch (System.ComponentModel.Win32Exception error) { Console.WriteLine(process + ": " + error.Message); }
        }

        // Steps

        private static StepRun NotBegun(Exception error, string script)
        {
            Remove(script);
            return new StepRun { Complaint = "cannot be begun: " + error.Message };
        }

        private ProcessStartInfo Program(Step step, out string script)
        {
            script = null;
            if (step.User != "") throw new StepFailure("script", "Windows hosts run steps as SYSTEM alone, not as " + step.User);
            if (step.Command != null)
            {
                string program = step.Command[0], name = program.TrimEnd(' ', '.').ToLowerInvariant();
                // Windows hands these to cmd.exe, whose rules for arguments are others.
                if (name.EndsWith(".cmd", StringComparison.Ordinal) || name.EndsWith(".bat", StringComparison.Ordinal))
                {
                    throw new StepFailure("script", program + " needs a shell: let a script of PowerShell run it");
                }
                return new ProcessStartInfo(program, CommandLine(step.Command.GetRange(1, step.Command.Count - 1)));
            }
            if (step.Shell != "powershell") throw new StepFailure("script", "Windows hosts have no " + step.Shell);
            script = Path.Combine(folder, "step.ps1");
            Remove(script);
            // Windows PowerShell takes a file without the mark for one of the system's code page.
            byte[] mark = Encoding.UTF8.GetPreamble(), text = Encoding.UTF8.GetBytes(step.Script);
            using (FileStream file = new FileStream(script, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                file.Write(mark, 0, mark.Length);
                file.Write(text, 0, text.Length);
            }
            return new ProcessStartInfo(powershell, Options + CommandLine(new List<string> { script }));
        }

        private StepRun Watch(Step step, Process process, Action<Process> begun, Func<bool> isWithdrawn)
        {
            StepRun ended = new StepRun();
            Stopwatch watch = Stopwatch.StartNew();
            OutputTail output = new OutputTail(process.StandardOutput.BaseStream, process.StandardError.BaseStream);
            process.StandardInput.Close();
            begun(process);
            using (Withdrawal withdrawal = new Withdrawal(isWithdrawn))
            {
                while (!process.WaitForExit(Slice))
                {
                    ended.IsCancelled = withdrawal.IsKnown;
                    ended.IsTimedOut = !ended.IsCancelled && watch.ElapsedMilliseconds >= step.TimeoutSeconds * 1000L;
                    if (!ended.IsCancelled && !ended.IsTimedOut) continue;
                    Kill(process);
                    break;
                }
            }
            if (!ended.IsCancelled && !ended.IsTimedOut) ended.ExitCode = process.ExitCode;
            ended.Milliseconds = watch.ElapsedMilliseconds;
            ended.Output = output.End();
            return ended;
        }

        /// <summary>Ends the process and what it has started, and waits for that: the next step does not run beside it.</summary>
        private void Kill(Process process)
        {
            try
            {
                using (Process killer = Process.Start(new ProcessStartInfo(taskkill, "/T /F /PID " + process.Id)
                {
                    UseShellExecute = false, CreateNoWindow = true,
                }))
                {
                    if (!killer.WaitForExit(KillPatience)) killer.Kill();
                }
            }
            catch (System.ComponentModel.Win32Exception error) { Console.WriteLine(taskkill + ": " + error.Message); }
            try
            {
                if (!process.HasExited) process.Kill();
                process.WaitForExit(KillPatience);
            }
            catch (InvalidOperationException) { return; }
            catch (System.ComponentModel.Win32Exception error) { Console.WriteLine("a step cannot be ended: " + error.Message); }
        }

        private static void Remove(string script)
        {
            if (script == null) return;
            try { File.Delete(script); }
            catch (IOException error) { Console.WriteLine(script + " stays until the next step: " + error.Message); }
            catch (UnauthorizedAccessException error) { Console.WriteLine(script + " stays: " + error.Message); }
        }

        /// <summary>Arguments as programs of Windows read them: in quotes, with backslashes before a quote doubled.</summary>
        internal static string CommandLine(List<string> arguments)
        {
            StringBuilder line = new StringBuilder();
            foreach (string argument in arguments)
            {
                line.Append(line.Length == 0 ? "\"" : " \"");
                int backslashes = 0;
                foreach (char letter in argument)
                {
                    if (letter == '"') line.Append('\\', backslashes + 1);
                    backslashes = letter == '\\' ? backslashes + 1 : 0;
                    line.Append(letter);
                }
                line.Append('\\', backslashes).Append('"');
            }
            return line.ToString();
        }

        /// <summary>Asks again and again, in a thread of its own, whether the order is still wanted.</summary>
        private sealed class Withdrawal : IDisposable
        {
            private volatile bool isKnown, isOver;

            internal Withdrawal(Func<bool> isWithdrawn)
            {
                if (isWithdrawn == null) return;
                new Thread(() => Ask(isWithdrawn)) { IsBackground = true }.Start();
            }

            internal bool IsKnown { get { return isKnown; } }

            public void Dispose() { isOver = true; }

            private void Ask(Func<bool> isWithdrawn)
            {
                while (!isOver && !isKnown)
                {
                    Clock.Pause(WithdrawalPause);
                    if (!isOver && isWithdrawn()) isKnown = true;
                }
            }
        }
    }
}
