namespace Ringmaster
{
    using System;
    using System.Collections.Generic;

    /// <summary>What an order has a host run: steps one after the other, until one fails.</summary>
    internal sealed class Document
    {
        internal readonly string Name;
        internal readonly List<Step> Steps = new List<Step>();

        /// <exception cref="FormatException">for what is no document.</exception>
        internal Document(Map document)
        {
            Name = document.Needed("name");
            foreach (Map step in document.Objects("steps")) Steps.Add(new Step(step));
        }
    }

    /// <summary>One script or command.</summary>
    internal sealed class Step
    {
        private const int LongestSeconds = 86400;

        internal readonly string Name;
        /// <summary>null for a command.</summary>
        internal readonly string Script;
        /// <summary>Of the script: bash or powershell.</summary>
        internal readonly string Shell;
        /// <summary>The program and its arguments; null for a script.</summary>
        internal readonly List<string> Command;
        internal readonly int TimeoutSeconds;
        /// <summary>Who runs it; empty for the stock agent's own account.</summary>
        internal readonly string User;
        internal readonly Map Environment;
        private readonly string platform;
        private readonly List<long> successCodes = new List<long>();

        internal Step(Map step)
        {
            Name = step.Needed("name");
            platform = step.Text("platform");
            User = step.Text("user");
            Environment = step.Object("environment") ?? new Map();
            long seconds = step.NeededWhole("timeoutSeconds");
            if (seconds < 1 || seconds > LongestSeconds) throw new FormatException("a step has no fit timeout");
            TimeoutSeconds = (int)seconds;
            foreach (object code in step.List("successCodes"))
            {
                if (!(code is int)) throw new FormatException("a step has a success code that is no number");
                successCodes.Add((int)code);
            }
            Map work = step.Object("work") ?? new Map(), script = work.Object("script"), command = work.Object("command");
            if (script != null)
            {
                Script = script.Needed("_0");
                Shell = script.Needed("shell");
                return;
            }
            if (command != null) Command = command.Texts("_0");
            if (Command == null || Command.Count == 0) throw new FormatException("a step names no script and no program");
        }

        /// <summary>Whether it is for this platform: elsewhere it is skipped.</summary>
        internal bool IsHere { get { return platform == "" || platform == "windows"; } }

        internal bool IsSuccess(long code) { return successCodes.Contains(code); }
    }
}
