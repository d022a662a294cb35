namespace Ringmaster
{
    using System;

    /// <summary>What is told to the control plane, from the journal.</summary>
    public sealed partial class OneShot
    {
        /// <summary>Brings reports to the control plane, inventories first.</summary>
        /// <returns>whether nothing is left.</returns>
        private bool Deliver(double seconds)
        {
            try
            {
                while (journal.Boots.Count > 0)
                {
                    Post(Map.Of("reports", new object[0], "boots", new[] { journal.Boots[0] }), seconds, true);
                    journal.Boots.RemoveAt(0);
                    journal.Save();
                }
                while (journal.Outbox.Count > 0)
                {
                    Map report = (Map)journal.Outbox[0], fact = report.Object("fact");
                    Upload(report, seconds);
                    // A refused order may be unknown to the control plane, as a forged one is.
                    Post(Map.Of("reports", new[] { report }), seconds, fact.Get("refused") != null);
                    journal.Outbox.RemoveAt(0);
                    journal.Save();
                }
                return true;
            }
            catch (Unavailable error) { Console.WriteLine("reports wait: " + error.Message); }
            catch (Rejected error) { Console.WriteLine("a report is not taken: " + error.Message); }
            return false;
        }

        private void Post(Map batch, double seconds, bool mayBeDropped)
        {
            try { plane.AskPatiently("POST", "/agent/v1/reports", Json.Write(batch), seconds); }
            catch (Rejected error)
            {
                if (!mayBeDropped) throw;
                Console.WriteLine("a report is dropped: " + error.Message);
            }
        }

        private void Upload(Map report, double seconds)
        {
            foreach (object content in report.Object("fact").Values)
            {
                Map told = ((Map)content).Object("_0") ?? (Map)content;
                string digest = told.Text("inventory");
                string inventory = digest == "" ? null : journal.Inventory(digest);
                if (inventory != null) plane.AskPatiently("PUT", "/agent/v1/inventories/" + digest, inventory, seconds);
            }
        }
    }
}
