namespace Ringmaster
{
    using System;
    using System.Collections.Generic;
    using System.Diagnostics;

    /// <summary>The host has to be restarted before the run goes on.</summary>
    internal sealed class RestartWanted : Exception
    {
    }

    /// <summary>
    /// Hooks around an install, and the order's own document, by the rules that Sources/HostAgent/Run/HostRun+documents.swift and
    /// Sources/HostAgent/Document/DocumentProgress.swift have for Linux.
    /// </summary>
    internal sealed partial class OrderRun
    {
        private const int LastWithSuccess = 168, LastWithFailure = 169;
        /// <summary>The exit code that asks for a restart; Linux has one byte for it, which is what a test sets here.</summary>
        internal static int RestartCode = 3010;

        /// <summary>Whether the run asked for the reboot that has come or is to come.</summary>
        internal static bool IsRebooting(Map run)
        {
            Map documents = run.Object("documents") ?? new Map(), current = documents.Object("current");
            return current == null ? run.Text("phase") == "rebooting" : current.Text("phase") == "restarting";
        }

        // Documents

        private Map Documents
        {
            get
            {
                if (run.Object("documents") == null)
                {
                    run["documents"] = Map.Of("opened", new List<object>(), "results", new List<object>());
                }
                return run.Object("documents");
            }
        }

        /// <summary>Where the document under way stands; null while there is none.</summary>
        private Map Current { get { return Documents.Object("current"); } }

        /// <summary>The first failure of a step.</summary>
        private Map DocumentFailure { get { return Documents.Object("failure"); } }

        private bool OwnDocument()
        {
            if (!Documents.Texts("opened").Contains(""))
            {
                if (Clock.Now >= order.Cutoff)
                {
                    throw new StepFailure("window-closed", "the window's cutoff passed before the document");
                }
                Open("");
            }
            Map failure = DocumentFailure;
            End(failure == null ? Map.Of("ran", new Map()) : Failed(failure.Text("kind"), failure.Text("detail")));
            return true;
        }

        /// <summary>Runs the hook, unless the order has none or it has been run.</summary>
        /// <returns>whether it was run now.</returns>
        /// <exception cref="RestartWanted">when the host must be restarted first.</exception>
        private bool RunHook(string hook)
        {
            if (order.Document(hook) == null || Documents.Texts("opened").Contains(hook)) return false;
            Open(hook);
            return true;
        }

        private void Open(string hook)
        {
            List<object> opened = Documents.List("opened");
            opened.Add(hook);
            Documents["current"] = Map.Of("hook", hook, "index", 0, "phase", "due", "attempts", 0);
            journal.Save();
            GoOn();
        }

        /// <summary>Ends the run so, when the hooks that are still to come have run.</summary>
        private void Conclude(Map fact)
        {
            Map result = (fact.Object("installed") ?? new Map()).Object("_0");
            if (result != null && DocumentFailure == null)
            {
                if (result.Get("reboot") != null) RunHook("after-reboot");
                else if (run.Whole("transactions") > 0) RunHook("after-install");
            }
            RunHook("on-exit");
            Map failure = DocumentFailure;
            if (failure != null && result != null)
            {
                string kind = failure.Text("kind"), detail = failure.Text("detail");
                fact = Failure(kind, detail, result.Text("inventory"), (List<Map>)result.Get("patches"));
            }
            End(fact);
        }

        // Steps

        /// <summary>Brings the document under way to its end, if there is one.</summary>
        private void GoOn()
        {
            while (Current != null)
            {
                Document document = order.Document(Current.Text("hook"));
                int index = (int)Current.Whole("index");
                if (index >= document.Steps.Count) Close();
                else if (!document.Steps[index].IsHere) Pass(document.Steps[index], "skipped", new StepRun());
                else if (IsToStop) Fail("cancelled", "the control plane took the order back");
                else GoOn(document, document.Steps[index]);
            }
        }

        /// <summary>Whether nobody wants the order's own document any more; hooks are carried through.</summary>
        private bool IsToStop
        {
            get { return Current.Text("hook") == "" && Current.Text("phase") != "restarting" && IsWithdrawn(); }
        }

        private void GoOn(Document document, Step step)
        {
            switch (Current.Text("phase"))
            {
                case "wants-restart":
                    Restart(document, step, "");
                    break;
                case "restarting":
                    if (boot.Text("bootID") != Current.Object("from").Text("bootID"))
                    {
                        ComeBack();
                        break;
                    }
                    AwaitReboot(Current.Whole("asked"));
                    Restart(document, step, " (the host is still in " + boot.Text("bootID") + ")");
                    break;
                default:
                    Perform(document, step);
                    break;
            }
        }

        private void Perform(Document document, Step step)
        {
            Map process = Current.Object("process");
            // What an ended one-shot left of it would go on beside it; what other steps left may have to stay.
            if (process != null) steps.EndLeftover((int)process.Whole("id"), process.Whole("began"));
            Current["attempts"] = Current.Whole("attempts") + 1;
            Current["phase"] = "begun";
            Current.Remove("process");
            journal.Save();
            Console.WriteLine(Title(document, step) + " begins");
            Func<bool> isWithdrawn = null;
            if (Current.Text("hook") == "") isWithdrawn = IsWithdrawn;
            StepRun ended = steps.Run(step, Names(document, step), Began, isWithdrawn);
            Current.Remove("process");
            Observe(document, step, ended);
        }

        private void Began(Process process)
        {
            long began;
            try { began = process.StartTime.ToUniversalTime().Ticks; }
            // It was quick.
            catch (InvalidOperationException) { return; }
            Current["process"] = Map.Of("id", process.Id, "began", began);
            journal.Save();
        }

        private void Observe(Document document, Step step, StepRun ended)
        {
            string title = Title(document, step) + " ", output = ended.Output == "" ? "" : ": " + ended.Output;
            if (ended.IsCancelled) Fail(step, "cancelled", ended, "cancelled", title + "was cancelled" + output);
            else if (ended.IsTimedOut) Fail(step, "timed-out", ended, "timeout", title + "did not end in time" + output);
            else if (ended.Complaint != null) Fail(step, "failed", ended, "script", title + ended.Complaint + output);
            else if (ended.ExitCode == RestartCode)
            {
                Current["phase"] = "wants-restart";
                Current["last"] = Map.Of(
                    "exitCode", ended.ExitCode.Value, "milliseconds", ended.Milliseconds, "output", ended.Output);
                journal.Save();
            }
            else if (ended.ExitCode == LastWithSuccess)
            {
                Pass(step, "succeeded", ended);
                Close();
            }
            else if (ended.ExitCode == LastWithFailure)
            {
                Fail(step, "failed", ended, "script", title + "ended the document with exit code 169" + output);
            }
            else if (step.IsSuccess(ended.ExitCode.Value)) Pass(step, "succeeded", ended);
            else Fail(step, "failed", ended, "script", title + "ended with exit code " + ended.ExitCode + output);
        }

        private void Pass(Step step, string state, StepRun ended)
        {
            Tell(step, state, ended);
            Current["index"] = Current.Whole("index") + 1;
            Current["attempts"] = 0;
            Current["phase"] = "due";
            journal.Save();
        }

        private void Fail(Step step, string state, StepRun ended, string kind, string detail)
        {
            Tell(step, state, ended);
            Fail(kind, detail);
        }

        private void Fail(string kind, string detail)
        {
            Console.WriteLine(kind + " in " + order.Id);
            if (DocumentFailure == null) Documents["failure"] = Map.Of("kind", kind, "detail", Bounded(detail, MostDetail));
            Close();
        }

        private void Tell(Step step, string state, StepRun ended)
        {
            string hook = Current.Text("hook");
            Documents.List("results").Add(Map.Of(
                "hook", hook == "" ? null : hook, "name", step.Name, "state", state, "exitCode", ended.ExitCode,
                "milliseconds", ended.Milliseconds, "attempts", Current.Whole("attempts"), "output", ended.Output));
        }

        private void Close()
        {
            bool isBeforeInstall = Current.Text("hook") == "before-install";
            Documents.Remove("current");
            Map failure = DocumentFailure;
            if (isBeforeInstall && failure != null)
            {
                if (run.Object("failure") == null) run["failure"] = failure;
                run["phase"] = "transacted";
            }
            journal.Save();
        }

        // Names

        private string Title(Document document, Step step)
        {
            string hook = Current.Text("hook");
            return "step " + step.Name + " of " + (hook == "" ? "" : hook + " ") + "document " + document.Name;
        }

        private Map Names(Document document, Step step)
        {
            return Map.Of(
                "RINGMASTER_ORDER", order.Id, "RINGMASTER_NODE", order.Node, "RINGMASTER_CYCLE", order.Cycle,
                "RINGMASTER_DOCUMENT", document.Name, "RINGMASTER_HOOK", Current.Text("hook"), "RINGMASTER_STEP", step.Name,
                "RINGMASTER_ATTEMPT", Current.Whole("attempts").ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
    }
}
