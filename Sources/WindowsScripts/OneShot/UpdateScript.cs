namespace Ringmaster
{
    using System;
    using System.Collections.Generic;
    using System.Diagnostics;
    using System.Text;

    /// <summary>What windows-update.ps1 is asked.</summary>
    internal sealed class Question
    {
        internal readonly string Verb;
        internal readonly Map Arguments;

        internal Question(string verb, Map arguments = null)
        {
            Verb = verb;
            Arguments = arguments;
        }
    }

    /// <summary>Speaks with windows-update.ps1, in a process for each conversation: a JSON text a line.</summary>
    internal sealed class UpdateScript
    {
        private const int Protocol = 1;
        private const int MostLines = 10000;
        /// <summary>While a host comes up, a search may be refused as malformed.</summary>
        private const int Attempts = 5;

        private readonly string program, arguments;

        internal UpdateScript(string program, string arguments)
        {
            this.program = program;
            this.arguments = arguments;
        }

        /// <summary>The answers to hello and to the questions, in their order.</summary>
        /// <exception cref="StepFailure">for the first question that could not be served.</exception>
        internal List<Map> Ask(int seconds, params Question[] questions)
        {
            List<Question> all = new List<Question> { new Question("hello") };
            all.AddRange(questions);
            for (int attempt = 1; ; attempt++)
            {
                try { return Answers(all, seconds); }
                catch (StepFailure failure)
                {
                    if (attempt == Attempts || !failure.Message.Contains("0x80240032")) throw;
                    Clock.Pause(30);
                }
            }
        }

        private List<Map> Answers(List<Question> questions, int seconds)
        {
            StringBuilder input = new StringBuilder();
            for (int i = 0; i < questions.Count; i++)
            {
                Question question = questions[i];
                Map request = Map.Of(
                    "protocol", Protocol, "id", i + 1, "verb", question.Verb, "arguments", question.Arguments);
                input.Append(Json.Write(request)).Append('\n');
            }
            string ending;
            List<string> lines = Converse(input.ToString(), seconds, questions, out ending);
            Dictionary<long, Map> said = new Dictionary<long, Map>();
            foreach (string line in lines)
            {
                Map answer;
                try { answer = Json.Parse(line); }
                catch (FormatException)
                {
                    string shown = line.Substring(0, Math.Min(line.Length, 200));
                    throw new StepFailure("unknown", "Windows Update's script said what is no answer: " + shown);
                }
                if (answer.Get("progress") == null) said[answer.Whole("id")] = answer;
            }
            List<Map> answers = new List<Map>();
            for (int i = 0; i < questions.Count; i++)
            {
                Map answer;
                if (!said.TryGetValue(i + 1, out answer)) answer = null;
                answers.Add(Content(answer, questions[i].Verb, ending));
            }
            if (answers[0].Whole("protocol") != Protocol)
            {
                throw new StepFailure("unknown", "windows-update.ps1 speaks another version of the dialogue");
            }
            return answers;
        }

        private static Map Content(Map answer, string verb, string ending)
        {
            string what = "Windows Update's " + verb;
            if (answer == null) throw new StepFailure("interrupted", what + " was not answered: " + ending);
            Map error = answer.Object("error");
            if (error != null)
            {
                string code = error.Text("hresult");
                string detail = what + " failed, " + code + ": " + error.Text("message");
                throw new StepFailure(HResult.Kind(code), detail + " (" + error.Text("class") + ")");
            }
            Map content = answer.Object("ok");
            if (content == null) throw new StepFailure("unknown", "the answer to " + what + " is none");
            return content;
        }

        private List<string> Converse(string input, int seconds, List<Question> questions, out string ending)
        {
            List<string> lines = new List<string>();
            StringBuilder complaint = new StringBuilder();
            ProcessStartInfo start = new ProcessStartInfo(program, arguments);
            start.UseShellExecute = false;
            start.CreateNoWindow = true;
            start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
            start.StandardOutputEncoding = Encoding.UTF8;
            using (Process process = new Process { StartInfo = start })
            {
                process.OutputDataReceived += (sender, said) =>
                {
                    lock (lines) if (!string.IsNullOrEmpty(said.Data) && lines.Count < MostLines) lines.Add(said.Data);
                };
                process.ErrorDataReceived += (sender, said) =>
                {
                    lock (complaint) if (complaint.Length < 600) complaint.Append(said.Data).Append(' ');
                };
                try { process.Start(); }
                catch (System.ComponentModel.Win32Exception error)
                {
                    throw new StepFailure("unknown", program + " cannot be started: " + error.Message);
                }
                process.BeginOutputReadLine();
                process.BeginErrorReadLine();
                byte[] bytes = Encoding.UTF8.GetBytes(input);
                try
                {
                    process.StandardInput.BaseStream.Write(bytes, 0, bytes.Length);
                    process.StandardInput.Close();
                }
                // It has ended already; what it said tells why.
                catch (System.IO.IOException) { }
                if (!process.WaitForExit(seconds * 1000))
                {
                    // One that installs goes on: it is never cut off.
                    if (!questions.Exists(question => question.Verb == "install")) process.Kill();
                    throw new StepFailure("timeout", "Windows Update did not answer within " + seconds + " s");
                }
                process.WaitForExit();
                lock (complaint) ending = "exit code " + process.ExitCode + ", " + complaint;
            }
            lock (lines) return new List<string>(lines);
        }
    }

    /// <summary>Result codes of Windows by the protocol's classes of failures, as Sources/HostAgent/WindowsUpdate/HResult.swift has them.</summary>
    internal static class HResult
    {
        private static readonly Dictionary<uint, string> Kinds = new Dictionary<uint, string>
        {
            { 0x80240003, "vanished-version" }, { 0x80240017, "vanished-version" }, { 0x80240024, "vanished-version" },
            { 0x80240009, "lock" }, { 0x80240016, "lock" }, { 0x80070020, "lock" },
            { 0x8024000B, "interrupted" }, { 0x8024001E, "interrupted" }, { 0x8007045B, "interrupted" },
            { 0x80240020, "conflict" }, { 0x80240023, "conflict" }, { 0x80242014, "conflict" }, { 0x80070BC9, "conflict" },
            { 0x80240022, "script" }, { 0x80070643, "script" }, { 0x80073712, "script" },
            { 0x80240032, "repository" }, { 0x80240034, "repository" }, { 0x8007000D, "repository" },
            { 0x80070422, "repository" }, { 0x800F081F, "repository" },
            { 0x80240438, "network" }, { 0x8024401C, "network" }, { 0x80244022, "network" }, { 0x8024402C, "network" },
            { 0x80246002, "signature" }, { 0x80070070, "disk" },
        };

        internal static string Kind(string text)
        {
            uint code;
            var style = System.Globalization.NumberStyles.AllowHexSpecifier;
            if (!text.StartsWith("0x", StringComparison.Ordinal)
                || !uint.TryParse(text.Substring(2), style, null, out code))
            {
                return "unknown";
            }
            string kind;
            if (Kinds.TryGetValue(code, out kind)) return kind;
            if (code >= 0x80242000 && code <= 0x80242FFF) return "script";
            if (code >= 0x80244000 && code <= 0x80246FFF) return "repository";
            if (code >= 0x80072EE0 && code <= 0x80072FFF) return "network";
            if (code >= 0x800B0000 && code <= 0x800BFFFF) return "signature";
            if (code >= 0x800F0000 && code <= 0x800F0FFF) return "script";
            return "unknown";
        }
    }
}
