namespace Ringmaster
{
    using System;
    using System.Collections.Generic;

    /// <summary>The reboot that the stock agent does, its slot and its proof.</summary>
    internal sealed partial class OrderRun
    {
        private bool HasSlot()
        {
            while (order.RebootSlot != "" && Clock.Now < order.Cutoff)
            {
                double pause = 60;
                long asked = Clock.Now;
                try
                {
                    string request = Json.Write(Map.Of("order", order.Id));
                    Map answer = Json.Parse(plane.Ask("POST", "/agent/v1/reboot-slots", request));
                    Map grant = answer.Object("grant");
                    // A slot must last long enough for the reboot to begin.
                    if (grant != null && grant.Whole("seconds") > 60)
                    {
                        run["fence"] = grant.Whole("fence");
                        journal.Save();
                        return true;
                    }
                    pause = Math.Min(Math.Max(answer.Whole("retrySeconds"), 1), 600);
                    Console.WriteLine("waiting for a reboot slot: " + answer.Text("detail"));
                }
                // Nobody says that the host may reboot, so it does not.
                catch (Unavailable error) { Console.WriteLine("no reboot slot: " + error.Message); }
                catch (Rejected error) { Console.WriteLine("no reboot slot: " + error.Message); }
                Clock.Pause(Math.Min(pause, Math.Max(1, (order.Cutoff - asked) / (double)Clock.Second)));
            }
            return order.RebootSlot == "";
        }

        private void AskForReboot(Survey survey)
        {
            run["from"] = boot;
            run["reasons"] = new List<object>(survey.RebootReasons);
            run["expectedBuild"] = survey.PendingBuild ?? boot.Text("kernel");
            Report(Map.Of("rebooting", Map.Of("_0", boot)));
            journal.ReportBoot(BootReport("announced", null, new List<string>()));
            Ask();
        }

        private void Ask()
        {
            run["reboots"] = run.Whole("reboots") + 1;
            run["asked"] = Clock.Now;
            Enter("rebooting");
        }

        /// <summary>After a reboot that was asked for; waits for one that is on its way.</summary>
        private bool IsBack()
        {
            string last = run.Object("from").Text("bootID");
            if (boot.Text("bootID") == last)
            {
                AwaitReboot(run.Whole("asked"));
                if (MayRebootAgain && Clock.Now < order.Cutoff && HasSlot())
                {
                    Ask();
                    return false;
                }
                string text = "the host is still in " + last + " after " + run.Whole("reboots") + " reboots were asked for";
                throw new StepFailure("reboot-failed", text);
            }
            run["after"] = boot;
            Report(Map.Of("verifying", Map.Of("_0", boot)));
            JudgeBuild(run.Object("from"));
            Enter("verifying");
            return true;
        }

        /// <summary>Whether one of the reboot commands that a run may give is left.</summary>
        private bool MayRebootAgain { get { return run.Whole("reboots") + run.Whole("restarts") < MostReboots; } }

        /// <summary>A reboot that was asked for may be on its way.</summary>
        private static void AwaitReboot(long asked)
        {
            double left = RebootPatience - (Clock.Now - asked) / (double)Clock.Second;
            Clock.Pause(Math.Min(left, RebootPatience));
        }

        /// <summary>An update that had to move the build, and has not, was taken back.</summary>
        private void JudgeBuild(Map before)
        {
            if (boot.Text("kernel") != before.Text("kernel")) return;
            foreach (string version in run.Texts("expected")) Add("rolledBack", version);
        }

        /// <summary>The proof of the reboot; null when there was none.</summary>
        private Map Reboot(Survey survey)
        {
            Map after = run.Object("after");
            if (after == null) return null;
            string expected = survey.PendingBuild ?? run.Text("expectedBuild");
            List<string> missing = new List<string>();
            if (IsOlder(after.Text("kernel"), expected))
            {
                missing.Add("kernel " + expected + " does not run, " + after.Text("kernel") + " does");
            }
            string outcome = missing.Count == 0 ? "confirmed" : "old-kernel";
            // Judged again, when a hook has restarted the host, it is told no second time.
            if (!run.Flag("isBootTold")) journal.ReportBoot(BootReport(outcome, after, missing));
            run["isBootTold"] = true;
            if (outcome == "confirmed") ReleaseSlot();
            return Map.Of(
                "before", run.Object("from"), "after", after, "outcome", outcome, "reasons", run.List("reasons"),
                "missing", missing.Count == 0 ? null : missing,
                "isKernelOrdered", missing.Count == 0 ? null : (object)(run.List("expected").Count > 0));
        }

        private static bool IsOlder(string build, string than)
        {
            Version left, right;
            return Version.TryParse(build, out left) && Version.TryParse(than, out right) && left < right;
        }

        private Map BootReport(string outcome, Map after, List<string> missing)
        {
            return Map.Of(
                "at", Clock.Now, "order", order.Id, "outcome", outcome, "before", run.Object("from"), "after", after,
                "expectedKernel", run.Text("expectedBuild"), "reasons", run.List("reasons"), "missing", missing);
        }

        /// <summary>Tells once that the host is back: a lease ends by itself.</summary>
        private void ReleaseSlot()
        {
            if (run.Get("fence") == null) return;
            try
            {
                Map release = Map.Of("slot", order.RebootSlot, "fence", run.Whole("fence"));
                run.Remove("fence");
                plane.Ask("POST", "/agent/v1/reboot-slots/release", Json.Write(release));
            }
            catch (Unavailable error) { Console.WriteLine("the reboot slot is not given back: " + error.Message); }
            catch (Rejected error) { Console.WriteLine("the reboot slot is not given back: " + error.Message); }
        }
    }
}
