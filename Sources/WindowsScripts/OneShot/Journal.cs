namespace Ringmaster
{
    using System;
    using System.Collections.Generic;
    using System.IO;
    using System.Linq;
    using System.Text;

    /// <summary>
    /// All that the one-shot knows from one start to the next, in a file that is exchanged as a whole: what is reported and what
    /// the run has come to change together, or not at all.
    /// </summary>
    internal sealed class Journal
    {
        /// <summary>Ends that are remembered; what is older is kept out as a replay.</summary>
        private const int MostEnds = 200;
        /// <summary>Of those ends: what steps said is part of them.</summary>
        private const int MostLetters = 2 << 20;
        private const int MostBoots = 20;

        private readonly string file, inventories;
        internal readonly Map State;

        private Journal(string file, string inventories, Map state)
        {
            this.file = file;
            this.inventories = inventories;
            State = state;
        }

        /// <summary>The journal of the node; what is kept of another is forgotten, but for the order keys.</summary>
        /// <param name="orderKey">believed at the host's first start.</param>
        /// <exception cref="RefusedStart">when it cannot be read.</exception>
        internal static Journal Open(string folder, string node, string orderKey)
        {
            string file = Path.Combine(folder, "journal.json"), inventories = Path.Combine(folder, "inventories");
            Directory.CreateDirectory(inventories);
            Map known = null;
            if (File.Exists(file))
            {
                try { known = Json.Parse(File.ReadAllText(file, Encoding.UTF8)); }
                catch (FormatException error)
                {
                    throw new RefusedStart(file + " does not read (" + error.Message + "): restore it, or remove " + folder);
                }
                if (known.Text("node") == node) return new Journal(file, inventories, known);
                Console.WriteLine("what is kept here is of " + known.Text("node") + ", and is forgotten");
            }
            Map state = Map.Of("node", node, "finished", new List<object>(), "outbox", new List<object>());
            state["boots"] = new List<object>();
            state["firstKey"] = known == null ? orderKey : known.Text("firstKey");
            state["keys"] = known == null ? new List<object> { orderKey } : known.List("keys");
            state["keyVersion"] = known == null ? 0 : known.Whole("keyVersion");
            Journal journal = new Journal(file, inventories, state);
            journal.Save();
            return journal;
        }

        /// <summary>The run under way; null when there is none.</summary>
        internal Map Run { get { return State.Object("run"); } }

        internal List<object> Outbox { get { return State.List("outbox"); } }

        internal List<object> Boots { get { return State.List("boots"); } }

        /// <summary>Keeps the state durably.</summary>
        internal void Save() { Replace(file, Encoding.UTF8.GetBytes(Json.Write(State))); }

        /// <summary>Queues a fact of the order.</summary>
        internal void Report(string order, long sequence, Map fact, List<object> steps = null)
        {
            Outbox.Add(Map.Of("order", order, "sequence", sequence, "at", Clock.Now, "fact", fact, "steps", steps));
        }

        /// <summary>Queues what there is to tell of a reboot.</summary>
        internal void ReportBoot(Map report)
        {
            Boots.Add(report);
            if (Boots.Count > MostBoots) Boots.RemoveAt(0);
        }

        /// <summary>Remembers the last report of the outbox as the order's end.</summary>
        internal void Remember(string order)
        {
            List<object> finished = State.List("finished");
            finished.RemoveAll(end => ((Map)end).Text("order") == order);
            finished.Add(Outbox[Outbox.Count - 1]);
            int letters = finished.ConvertAll(end => Json.Write((Map)end).Length).Sum();
            while (finished.Count > MostEnds || (letters > MostLetters && finished.Count > 1))
            {
                letters -= Json.Write((Map)finished[0]).Length;
                finished.RemoveAt(0);
            }
        }

        /// <summary>The stored end of an order; null for one that has none.</summary>
        internal Map End(string order)
        {
            return (Map)State.List("finished").FindLast(end => ((Map)end).Text("order") == order);
        }

        /// <summary>Keeps an inventory until it is uploaded.</summary>
        /// <returns>its digest.</returns>
        internal string Keep(string inventory)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(inventory);
            string digest = Hash.Sha256(bytes);
            Replace(Path.Combine(inventories, digest), bytes);
            return digest;
        }

        /// <summary>null when it is not here, or no more.</summary>
        internal string Inventory(string digest)
        {
            string path = Path.Combine(inventories, digest);
            return File.Exists(path) ? File.ReadAllText(path, Encoding.UTF8) : null;
        }

        /// <summary>Removes the inventories that no report waits for; no run is under way.</summary>
        internal void Sweep()
        {
            foreach (string path in Directory.GetFiles(inventories))
            {
                string name = Path.GetFileName(path);
                if (!Outbox.Exists(report => Json.Write((Map)report).Contains(name))) File.Delete(path);
            }
        }

        private static void Replace(string path, byte[] bytes)
        {
            string next = path + ".next";
            using (FileStream stream = new FileStream(next, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                stream.Write(bytes, 0, bytes.Length);
                stream.Flush(true);
            }
            if (File.Exists(path)) File.Replace(next, path, null);
            else File.Move(next, path);
        }
    }
}
