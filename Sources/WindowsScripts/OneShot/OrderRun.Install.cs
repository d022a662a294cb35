namespace Ringmaster
{
    using System;
    using System.Collections.Generic;

    /// <summary>The install: what is still missing, fetched and handed to Windows Update.</summary>
    internal sealed partial class OrderRun
    {
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

        private StepFailure ReasonToStop()
        {
            long transactions = run.Whole("transactions");
            if (transactions >= MostTransactions)
            {
                return new StepFailure("interrupted", "the installation was cut off " + transactions + " times");
            }
            if (Clock.Now >= order.Cutoff)
            {
                return new StepFailure("window-closed", "the window's cutoff passed before the install");
            }
            // What was begun is brought to its end.
            if (transactions > 0 || !IsWithdrawn()) return null;
            return new StepFailure("cancelled", "the control plane took the order back before the install");
        }

        private void Begin(List<Update> updates)
        {
            StepFailure reason = ReasonToStop();
            if (reason == null)
            {
                Download(updates);
                if (RunHook("before-install"))
                {
                    // What was known of the host may hold no more.
                    updates = DocumentFailure == null ? Outstanding(Survey()) : new List<Update>();
                    if (updates.Count == 0) return;
                    reason = ReasonToStop();
                }
            }
            if (reason != null) Note(reason);
            else Install(updates);
        }

        private void Download(List<Update> updates)
        {
            Map arguments = Named(updates);
            List<Map> answers = script.Ask(7200, new Question("space"), new Question("download", arguments));
            if (answers[1].Whole("freeBytes") < FreeBytes)
            {
                throw new StepFailure("disk", "less than 10 GiB are free on " + answers[1].Text("drive"));
            }
            Blame(answers[2]);
        }

        private static Map Named(List<Update> updates)
        {
            return Map.Of("updates", updates.ConvertAll(update => Map.Of("id", update.Id, "revision", update.Revision)));
        }

        private void Install(List<Update> updates)
        {
            run["transactions"] = run.Whole("transactions") + 1;
            run["phase"] = "installing";
            if (run.Whole("transactions") == 1) Report(Map.Of("installing", new Map()));
            journal.Save();
            deliver();
            try
            {
                Map outcome = script.Ask(14400, new Question("install", Named(updates)))[1];
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
    }
}
