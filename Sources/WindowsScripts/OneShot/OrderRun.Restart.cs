namespace Ringmaster
{
    using System;

    /// <summary>Restarts of the host that steps ask for by their exit code.</summary>
    internal sealed partial class OrderRun
    {
        private void Restart(Document document, Step step, string why)
        {
            string title = Title(document, step) + " asked for a restart", kind = "window-closed";
            string detail = title + " after the window's cutoff " + Clock.Text(order.Cutoff) + why;
            long commands = run.Whole("reboots") + run.Whole("restarts");
            if (order.Patches != null && !order.MayReboot)
            {
                kind = "script";
                detail = title + ", and the order allows none";
            }
            else if (!MayRebootAgain)
            {
                kind = "reboot-failed";
                detail = title + " after " + commands + " reboot commands" + why;
            }
            else if (Clock.Now < order.Cutoff && HasSlot())
            {
                run["restarts"] = run.Whole("restarts") + 1;
                Current["phase"] = "restarting";
                Current["from"] = boot;
                Current["asked"] = Clock.Now;
                Report(Map.Of("rebooting", Map.Of("_0", boot)));
                journal.Save();
                throw new RestartWanted();
            }
            Map last = Current.Object("last") ?? new Map();
            StepRun ended = new StepRun { Milliseconds = last.Whole("milliseconds"), Output = last.Text("output") };
            if (last.Get("exitCode") != null) ended.ExitCode = (int)last.Whole("exitCode");
            Fail(step, "not-restarted", ended, kind, ended.Output == "" ? detail : detail + ": " + ended.Output);
        }

        private void ComeBack()
        {
            Report(Map.Of("verifying", Map.Of("_0", boot)));
            JudgeBuild(Current.Object("from"));
            Current["phase"] = "due";
            ReleaseSlot();
            journal.Save();
            deliver();
        }
    }
}
