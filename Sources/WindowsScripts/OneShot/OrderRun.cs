namespace Ringmaster
{
    using System;
    using System.Collections.Generic;

    /// <summary>One order's way through the host, from whatever the journal says of it.</summary>
    internal sealed partial class OrderRun
    {
        private const int MostTransactions = 3, MostReboots = 6, MostDetail = 2000, MostOutput = 1000;
        private const long FreeBytes = 10L << 30;
        /// <summary>How long a reboot that was asked for takes at most to end the boot: stock agents give people a minute.</summary>
        private const double RebootPatience = 420;
        /// <summary>How long another installation may be at work.</summary>
        private const double OthersPatience = 600;

        private readonly Order order;
        private readonly Map boot, run;
        private readonly ControlPlane plane;
        private readonly Journal journal;
        private readonly UpdateScript script;
        private readonly Action deliver;

        internal OrderRun(Order order, Map boot, ControlPlane plane, Journal journal, UpdateScript script, Action deliver)
        {
            this.order = order;
            this.boot = boot;
            this.plane = plane;
            this.journal = journal;
            this.script = script;
            this.deliver = deliver;
            run = journal.Run;
        }

        /// <returns>false when the host has to be rebooted first.</returns>
        internal bool Go()
        {
            deliver();
            try
            {
                if (run.Text("phase") == "rebooting" && !IsBack()) return false;
                if (order.Patches == null) return Scan();
                if (run.Text("phase") == "accepted" || run.Text("phase") == "installing") Install();
                return Judge();
            }
            catch (StepFailure failure)
            {
                Note(failure);
                End(Failure(failure.Kind, failure.Message, null, new List<Map>()));
                return true;
            }
        }

        private bool Scan()
        {
            Refresh();
            string digest = journal.Keep(Survey().Inventory());
            End(Map.Of("scanned", Map.Of("inventory", digest)));
            return true;
        }

        // Install

        private void Install()
        {
            WaitForOthers();
            Refresh();
            Survey survey = Survey();
            if (run.Object("before") == null)
            {
                Map before = new Map();
                foreach (Map patch in order.Patches)
                {
                    string state = survey.State(patch.Text("name"));
                    if (state != null) before[patch.Text("name")] = state;
                }
                run["before"] = before;
                journal.Save();
            }
            List<Update> updates = Outstanding(survey);
            if (updates.Count > 0) Begin(updates);
            Enter("transacted");
        }

        /// <summary>What is still to be installed; what cannot be is noted with its cause.</summary>
        private List<Update> Outstanding(Survey survey)
        {
            List<Update> updates = new List<Update>();
            foreach (Map patch in order.Patches)
            {
                string name = patch.Text("name"), state = survey.State(name);
                if (state == null || Has(state, patch) || survey.IsHeld(name)) continue;
                Update offer = survey.OfferOf(patch);
                if (offer == null) Blame(patch.Text("version"), "vanished-version", name + " is not on offer any more", true);
                else if (offer.CanAsk) Blame(offer.Version, "conflict", name + " may ask a person something", true);
                else updates.Add(offer);
            }
            // What must be alone comes first: behind others it would wait for a reboot.
            updates.Sort((left, right) => right.MustBeAlone.CompareTo(left.MustBeAlone));
            return updates;
        }

        private void Begin(List<Update> updates)
        {
            long transactions = run.Whole("transactions");
            if (transactions >= MostTransactions)
            {
                Note(new StepFailure("interrupted", "the installation was cut off " + transactions + " times"));
                return;
            }
            if (Clock.Now >= order.Cutoff)
            {
                Note(new StepFailure("window-closed", "the window's cutoff passed before the install"));
                return;
            }
            if (IsWithdrawn())
            {
                Note(new StepFailure("cancelled", "the control plane took the order back before the install"));
                return;
            }
            List<Map> named = updates.ConvertAll(update => Map.Of("id", update.Id, "revision", update.Revision));
            Map arguments = Map.Of("updates", named);
            List<Map> answers = script.Ask(7200, new Question("space"), new Question("download", arguments));
            if (answers[1].Whole("freeBytes") < FreeBytes)
            {
                throw new StepFailure("disk", "less than 10 GiB are free on " + answers[1].Text("drive"));
            }
            Blame(answers[2]);
            run["transactions"] = transactions + 1;
            run["phase"] = "installing";
            if (transactions == 0) Report(Map.Of("installing", new Map()));
            journal.Save();
            deliver();
            try
            {
                Map outcome = script.Ask(14400, new Question("install", arguments))[1];
                Blame(outcome);
                Expect(outcome, updates);
            }
            // What came of it is judged by what is installed then.
            catch (StepFailure failure) { Note(failure); }
        }

        /// <summary>A cumulative update must have moved the build by the next boot.</summary>
        private void Expect(Map outcome, List<Update> updates)
        {
            foreach (Map result in outcome.Objects("results"))
            {
                string version = new Update(result).Version;
                if (!result.Flag("wantsReboot")) continue;
                if (updates.Exists(update => update.Version == version && update.IsCumulative)) Add("expected", version);
            }
            journal.Save();
        }

        private void Blame(Map outcome)
        {
            foreach (Map result in outcome.Objects("results"))
            {
                if (result.Whole("result") == 2 || result.Whole("result") == 3) continue;
                string code = result.Text("hresult");
                Blame(new Update(result).Version, HResult.Kind(code), "Windows Update failed with " + code, false);
            }
        }

        private void Refresh()
        {
            List<Map> answers = script.Ask(3600, new Question("services"), Ringmaster.Survey.Offered(true));
            foreach (Map service in answers[1].Objects("services"))
            {
                if (service.Text("startMode") != "Disabled") continue;
                throw new StepFailure("repository", "the service " + service.Text("name") + " is disabled");
            }
        }

        private void WaitForOthers()
        {
            long end = Math.Min(order.Cutoff, Clock.Now + (long)(OthersPatience * Clock.Second));
            while (script.Ask(900, new Question("busy"))[1].Flag("isBusy"))
            {
                if (Clock.Now >= end) throw new StepFailure("lock", "another installation of Windows Update does not end");
                Clock.Pause(15);
            }
        }

        private bool IsWithdrawn()
        {
            try
            {
                string target = "/agent/v1/orders/" + Uri.EscapeDataString(order.Id);
                return Json.Parse(plane.Ask("GET", target, null)).Flag("isWithdrawn");
            }
            // Nobody says so: the order stands.
            catch (Unavailable) { return false; }
            catch (Rejected) { return false; }
        }

        // The journal

        private Survey Survey() { return new Survey(script, run.Texts("rolledBack")); }

        private void Enter(string phase)
        {
            run["phase"] = phase;
            journal.Save();
        }

        private void Report(Map fact)
        {
            run["sequence"] = run.Whole("sequence") + 1;
            journal.Report(order.Id, run.Whole("sequence"), fact);
        }

        private void End(Map fact)
        {
            Report(fact);
            journal.Remember(order.Id);
            journal.State.Remove("run");
            journal.Save();
            foreach (string name in fact.Keys) Console.WriteLine(order.Id + ": " + name);
        }

        private void Note(StepFailure failure)
        {
            Console.WriteLine(failure.Kind + ": " + failure.Message);
            if (run.Get("failure") == null) run["failure"] = Map.Of("kind", failure.Kind, "detail", failure.Message);
            journal.Save();
        }

        private Map Causes
        {
            get
            {
                if (run.Object("causes") == null) run["causes"] = new Map();
                return run.Object("causes");
            }
        }

        private void Blame(string version, string kind, string detail, bool isLeftOut)
        {
            Causes[version] = Map.Of("kind", kind, "detail", detail, "isLeftOut", isLeftOut);
        }

        private void Add(string list, string text)
        {
            List<object> texts = run.List(list);
            if (!texts.Contains(text)) texts.Add(text);
            run[list] = texts;
        }

        private static string Bounded(string text, int most)
        {
            byte[] bytes = System.Text.Encoding.UTF8.GetBytes(text);
            return bytes.Length <= most ? text : System.Text.Encoding.UTF8.GetString(bytes, 0, most - 3).TrimEnd('\uFFFD');
        }
    }
}
