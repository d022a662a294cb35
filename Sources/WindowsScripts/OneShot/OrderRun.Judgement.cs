namespace Ringmaster
{
    using System;
    using System.Collections.Generic;

    /// <summary>What has come of the order, by what Windows says is installed before and after.</summary>
    internal sealed partial class OrderRun
    {
        private bool Judge()
        {
            Survey survey = Survey();
            string digest = journal.Keep(survey.Inventory());
            List<Map> results = Results(survey);
            List<Map> failed = results.FindAll(result => result.Text("state") == "failed");
            bool isWhole = order.HasHooks ? failed.Count == 0 && DocumentFailure == null : failed.TrueForAll(IsLeftOut);
            if (isWhole && survey.RebootReasons.Count > 0 && MayReboot)
            {
                bool isChanged = RunHook("before-install");
                if (DocumentFailure == null) isChanged |= RunHook("after-install");
                if (isChanged) return Judge();
                if (HasSlot())
                {
                    AskForReboot(survey);
                    return false;
                }
            }
            Map reboot = Reboot(survey);
            if (failed.Count == 0)
            {
                Map result = Map.Of("inventory", digest, "patches", results, "reboot", reboot);
                Conclude(Map.Of("installed", Map.Of("_0", result)));
            }
            else Conclude(Failure(failed, survey, digest, results));
            return true;
        }

        private bool MayReboot
        {
            get { return order.MayReboot && run.Object("after") == null && MayRebootAgain && Clock.Now < order.Cutoff; }
        }

        private bool IsLeftOut(Map result)
        {
            Map cause = Causes.Object(result.Object("patch").Text("version"));
            return cause != null && cause.Flag("isLeftOut");
        }

        private static bool Has(string state, Map patch)
        {
            return state != null && Array.IndexOf(state.Split(' '), patch.Text("version")) >= 0;
        }

        private List<Map> Results(Survey survey)
        {
            Map before = run.Object("before") ?? new Map();
            HashSet<string> rebootNames = survey.RebootNames;
            bool wantsReboot = survey.RebootReasons.Count > 0;
            bool namesPatch = order.Patches.Exists(patch => rebootNames.Contains(patch.Text("name")));
            return order.Patches.ConvertAll(patch =>
            {
                string name = patch.Text("name"), later = survey.State(name), earlier = before.Get(name) as string;
                string state = "failed";
                if (earlier == null && later == null) state = "not-applicable";
                else if (Has(later, patch)) state = Has(earlier, patch) ? "already-installed" : "installed";
                bool isNamed = rebootNames.Contains(name);
                bool waits = wantsReboot && (state == "installed" ? isNamed || !namesPatch : state == "already-installed" && isNamed);
                Map cause = state == "failed" ? Cause(patch, survey) : null;
                return Map.Of(
                    "patch", patch, "state", waits ? "pending-reboot" : state,
                    "versionBefore", string.IsNullOrEmpty(earlier) ? null : earlier,
                    "versionAfter", string.IsNullOrEmpty(later) ? null : later,
                    "failure", cause == null ? null : cause.Text("kind"),
                    "output", cause == null ? null : Bounded(cause.Text("detail"), MostOutput));
            });
        }

        private Map Cause(Map patch, Survey survey)
        {
            string version = patch.Text("version");
            if (survey.RolledBack.Contains(version))
            {
                return Map.Of("kind", "script", "detail", "rolled back at the reboot: the build is still " + boot.Text("kernel"));
            }
            Map cause = Causes.Object(version);
            if (cause != null) return cause;
            if (survey.IsHeld(patch.Text("name"))) return Map.Of("kind", "conflict", "detail", "it is hidden on this host");
            return run.Object("failure") ?? Map.Of("kind", "unknown", "detail", "Windows left it as it was and said nothing");
        }

        private Map Failure(List<Map> failed, Survey survey, string digest, List<Map> results)
        {
            List<string> texts = failed.ConvertAll(result =>
            {
                Map patch = result.Object("patch");
                return patch.Text("name") + " " + patch.Text("version") + " is not installed: " + Cause(patch, survey).Text("detail");
            });
            Map cause = run.Object("failure") ?? Cause(failed[0].Object("patch"), survey);
            return Failure(cause.Text("kind"), string.Join("; ", texts), digest, results);
        }

        private static Map Failure(string kind, string detail, string digest, List<Map> results)
        {
            return Map.Of("failed", Map.Of(
                "kind", kind, "detail", Bounded(detail, MostDetail), "inventory", digest, "patches", results));
        }
    }
}
