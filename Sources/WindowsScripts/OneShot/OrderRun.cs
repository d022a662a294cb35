namespace Ringmaster
{
    using System;
    using System.Collections.Generic;

    /// <summary>One order's way through the host, from whatever the journal says of it.</summary>
    internal sealed partial class OrderRun
    {
        private const int MostTransactions = 3, MostReboots = 6, MostStarts = 21, MostDetail = 2000, MostOutput = 1000;
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
        private readonly StepRunner steps;
        private readonly Action deliver;

        internal OrderRun(
            Order order, Map boot, ControlPlane plane, Journal journal, UpdateScript script, StepRunner steps, Action deliver)
        {
            this.order = order;
            this.boot = boot;
            this.plane = plane;
            this.journal = journal;
            this.script = script;
            this.steps = steps;
            this.deliver = deliver;
            run = journal.Run;
        }

        /// <returns>false when the host has to be rebooted first.</returns>
        internal bool Go()
        {
            deliver();
            run["starts"] = run.Whole("starts") + 1;
            journal.Save();
            if (run.Whole("starts") > MostStarts)
            {
                End(Failed("interrupted", "the one-shot was started " + MostStarts + " times in this run; look at its output"));
                return true;
            }
            while (run.Text("phase") == "accepted" && Clock.Now < order.Opens) Clock.Pause(10);
            try
            {
                try { return Proceed(); }
                catch (StepFailure failure)
                {
                    Note(failure);
                    Enter("failed");
                }
                return Proceed();
            }
            catch (RestartWanted) { return false; }
        }

        private bool Proceed()
        {
            GoOn();
            switch (run.Text("phase"))
            {
                case "rebooting":
                    if (!IsBack()) return false;
                    break;
                case "failed":
                    Map failure = run.Object("failure");
                    Conclude(Failed(failure.Text("kind"), failure.Text("detail")));
                    return true;
            }
            if (order.Document("") != null) return OwnDocument();
            if (order.Patches == null) return Scan();
            if (run.Text("phase") == "accepted" || run.Text("phase") == "installing") Install();
            return Judge();
        }

        /// <summary>The end of a run that cannot be judged.</summary>
        private Map Failed(string kind, string detail)
        {
            if (order.Document("") == null) return Failure(kind, detail, null, new List<Map>());
            return Map.Of("ran", Map.Of("kind", kind, "detail", Bounded(detail, MostDetail)));
        }

        private bool Scan()
        {
            Refresh();
            string digest = journal.Keep(Survey().Inventory());
            End(Map.Of("scanned", Map.Of("inventory", digest)));
            return true;
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
            catch (FormatException) { return false; }
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
            List<object> results = Documents.List("results");
            run["sequence"] = run.Whole("sequence") + 1;
            journal.Report(order.Id, run.Whole("sequence"), fact, results.Count == 0 ? null : results);
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
