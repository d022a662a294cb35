namespace Ringmaster
{
    using System;
    using System.Collections.Generic;
    using System.IO;

    /// <summary>
    /// Carries out the order that waits for a Windows host with a stock agent, and ends; the counterpart of
    /// <c>ringmaster-agent once</c>. launch.ps1 compiles and starts it.
    /// </summary>
    public sealed partial class OneShot
    {
        private const int Done = 0, Failed = 1, TemporaryFailure = 75, Reboot = 3010;
        private const int MostOffers = 3;
        private const int MostStatements = 400;
        private const double LockPatience = 7200, AnswerPatience = 600, DeliveryPatience = 3600, ShortPatience = 30;
        /// <summary>Two servers' clocks, each as far off as a host's may be.</summary>
        private const long Reordering = 2 * Clock.Tolerance;

        private readonly string node;
        private readonly ControlPlane plane;
        private readonly Journal journal;
        private readonly UpdateScript script;
        private readonly StepRunner steps;

        /// <param name="folder">this program's own, which SYSTEM and administrators alone may write to.</param>
        /// <returns>the exit status: 3010 for a reboot and another start.</returns>
        public static int Run(string folder)
        {
            string script = Path.Combine(folder, "windows-update.ps1");
            // Of the version that is part of Windows, by its path: a folder in PATH may be anybody's.
            string program = Path.Combine(Environment.SystemDirectory, @"WindowsPowerShell\v1.0\powershell.exe");
            string options = "-NoLogo -NoProfile -NonInteractive -ExecutionPolicy Bypass -File ";
            StepRunner steps = new StepRunner(folder, program, Path.Combine(Environment.SystemDirectory, "taskkill.exe"));
            return Run(folder, program, options + '"' + script + '"', steps, () =>
            {
                // Whoever changed it: what runs is what came with this program.
                File.Delete(script);
                File.WriteAllBytes(script, Convert.FromBase64String(Carried.UpdateScript));
            });
        }

        /// <param name="program">what runs windows-update.ps1, with its arguments.</param>
        /// <param name="steps">runs what documents say.</param>
        /// <param name="prepare">makes them ready when no other one-shot is at work.</param>
        public static int Run(
            string folder, string program, string arguments, StepRunner steps, Action prepare = null)
        {
            try
            {
                if (!Directory.Exists(folder)) throw new RefusedStart("there is no folder " + folder);
                string node = Variable("AWS_SSM_INSTANCE_ID");
                ControlPlane plane = new ControlPlane(
                    Variable("RINGMASTER_SERVER"), node, Variable("AWS_SSM_REGION_NAME"),
                    Variable("AWS_SHARED_CREDENTIALS_FILE"),
                    !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("RINGMASTER_INSECURE_HTTP")));
                using (Lock(Path.Combine(folder, "lock")))
                {
                    if (prepare != null) prepare();
                    string key = Variable("RINGMASTER_ORDER_KEY");
                    Journal journal = Journal.Open(folder, node, key);
                    UpdateScript script = new UpdateScript(program, arguments);
                    return new OneShot(node, plane, journal, script, steps).Serve(key);
                }
            }
            catch (RefusedStart error) { return Tell(error.Message, Failed); }
            catch (StepFailure error) { return Tell(error.Message, Failed); }
            catch (Unfinished error) { return Tell(error.Message + "; the next start goes on", TemporaryFailure); }
            catch (Unavailable error) { return Tell(error.Message + "; the next start goes on", TemporaryFailure); }
            catch (Rejected error) { return Tell("the control plane refuses: " + error.Message, Failed); }
            catch (IOException error) { return Tell(error.Message + "; the next start goes on", TemporaryFailure); }
        }

        private OneShot(string node, ControlPlane plane, Journal journal, UpdateScript script, StepRunner steps)
        {
            this.node = node;
            this.plane = plane;
            this.journal = journal;
            this.script = script;
            this.steps = steps;
        }

        private static int Tell(string text, int status)
        {
            Console.Error.WriteLine(text);
            return status;
        }

        private static string Variable(string name)
        {
            string value = Environment.GetEnvironmentVariable(name);
            if (string.IsNullOrEmpty(value)) throw new RefusedStart(name + " is not set: amazon-ssm-agent starts this");
            return value;
        }

        private static FileStream Lock(string path)
        {
            long end = Clock.Now + (long)(LockPatience * Clock.Second);
            while (true)
            {
                try { return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None); }
                catch (IOException error)
                {
                    if (Clock.Now > end) throw new Unfinished("another one-shot is at work: " + error.Message);
                }
                Clock.Pause(2);
            }
        }

        // Steps

        private int Serve(string key)
        {
            Map boot = EnterBoot();
            if (journal.Run != null)
            {
                int ending = CarryOut(new Order(journal.Run.Needed("order")), boot);
                if (ending != Done) return ending;
            }
            if (journal.State.Text("firstKey") != key && !Keys.Contains(key))
            {
                LearnKeys();
                if (!Keys.Contains(key)) throw new RefusedStart(
                    "the order key that was given, " + key + ", is not the one that this host was first given, and no key "
                    + "that it trusts has signed it over: somebody gives orders in the control plane's name, or the host "
                    + "belongs to another one now");
            }
            for (int offer = 0; offer < MostOffers; offer++)
            {
                Deliver(ShortPatience);
                string target = "/agent/v1/orders?boot=" + Hash.Sha256("\n" + boot.Text("bootID")).Substring(0, 16) + "&wait=0";
                string answer = plane.AskPatiently("GET", target, null, AnswerPatience);
                if (answer == null) return End("nothing is left to do");
                Map envelope = Json.Parse(answer);
                if (envelope.Whole("keyVersion") > journal.State.Whole("keyVersion")) LearnKeys();
                bool isRepeated;
                Order order = Receive(envelope, out isRepeated);
                if (isRepeated) return End("its end is told again, and it goes away by that");
                if (order != null)
                {
                    int ending = CarryOut(order, boot);
                    return ending == Done ? End("done") : ending;
                }
                Clock.Pause(2);
            }
            Deliver(ShortPatience);
            throw new RefusedStart("the order that waits is none that this host carries out; the lines above say why");
        }

        private int End(string text)
        {
            if (!Deliver(DeliveryPatience)) throw new Unfinished("the control plane does not take the reports of this host");
            journal.Sweep();
            Console.WriteLine(text);
            return Done;
        }

        private int CarryOut(Order order, Map boot)
        {
            OrderRun run = new OrderRun(order, boot, plane, journal, script, steps, () => Deliver(ShortPatience));
            int ending = run.Go() ? Done : Reboot;
            if (ending == Reboot)
            {
                Deliver(ShortPatience);
                Console.WriteLine("the host has to be rebooted: exit status 3010");
            }
            return ending;
        }

        private List<string> Keys { get { return journal.State.Texts("keys"); } }

        /// <summary>Takes note of the boot; one that no run led to was somebody else's doing.</summary>
        private Map EnterBoot()
        {
            Map boot = Survey.Boot(script.Ask(300)[0]), last = journal.State.Object("boot");
            if (last == null || last.Text("bootID") != boot.Text("bootID"))
            {
                bool isOurs = journal.Run != null && OrderRun.IsRebooting(journal.Run);
                if (last != null && !isOurs)
                {
                    journal.ReportBoot(Map.Of(
                        "at", Clock.Now, "outcome", "unordered", "before", last, "after", boot,
                        "reasons", new object[0], "missing", new object[0]));
                }
                journal.State["boot"] = boot;
                journal.Save();
            }
            return boot;
        }

        /// <summary>Follows the statements from the version that is known, each by a key that the former left trusted.</summary>
        private void LearnKeys()
        {
            Map history = Json.Parse(plane.AskPatiently("GET", "/agent/v1/order-keys", null, AnswerPatience));
            int count = 0;
            foreach (Map envelope in history.Objects("statements"))
            {
                if (++count > MostStatements) break;
                string payload = envelope.Text("payload");
                if (!Order.IsSigned("ringmaster-order-keys-v1", payload, envelope.Text("signature"), Keys)) continue;
                Map statement = Json.Parse(payload);
                List<object> keys = statement.List("keys");
                if (statement.Whole("version") <= journal.State.Whole("keyVersion") || keys.Count < 1 || keys.Count > 2) continue;
                journal.State["keyVersion"] = statement.Whole("version");
                journal.State["keys"] = keys;
                journal.Save();
            }
        }

        /// <summary>The order, whose run has begun; null for one that is not done, which is reported.</summary>
        /// <param name="isRepeated">it ended before, and its stored end waits to be told again.</param>
        private Order Receive(Map envelope, out bool isRepeated)
        {
            isRepeated = false;
            try
            {
                long now = Clock.Now, newest = journal.State.Whole("newest");
                Order order = Order.Open(envelope, Keys, node, now);
                isRepeated = Repeats(order.Id);
                if (isRepeated) return null;
                if (journal.State.Get("newest") != null && order.Issued < Math.Min(newest, now) - Reordering)
                {
                    string detail = "the order is of " + Clock.Text(order.Issued) + ", and one of " + Clock.Text(newest)
                        + " was taken already";
                    throw new OrderRefusal(order.Id, "replayed", detail);
                }
                journal.State["newest"] = Math.Max(newest, order.Issued);
                journal.State["run"] = Map.Of("order", order.Payload, "phase", "accepted", "sequence", 1);
                journal.Report(order.Id, 1, Map.Of("accepted", new Map()));
                journal.Save();
                Console.WriteLine("order taken: " + order.Id);
                return order;
            }
            catch (OrderRefusal refusal)
            {
                Console.WriteLine("order refused: " + refusal.Reason + ": " + refusal.Message);
                if (refusal.Order == null) return null;
                // A genuine order that ended is known by its id; a forged copy of one must not speak in its name.
                if (journal.End(refusal.Order) != null)
                {
                    isRepeated = refusal.IsBinding && Repeats(refusal.Order);
                    return null;
                }
                Map fact = Map.Of("refused", Map.Of("reason", refusal.Reason, "detail", refusal.Message));
                journal.Report(refusal.Order, 1, fact);
                if (refusal.IsBinding) journal.Remember(refusal.Order);
                journal.Save();
                return null;
            }
        }

        /// <summary>Whether the order ended before; its end is queued then.</summary>
        private bool Repeats(string order)
        {
            Map end = journal.End(order);
            if (end == null) return false;
            journal.Outbox.Add(end);
            journal.Save();
            Console.WriteLine("the order " + order + " ended before; its result is sent again");
            return true;
        }
    }
}
