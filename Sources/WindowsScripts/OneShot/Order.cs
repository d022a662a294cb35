namespace Ringmaster
{
    using System;
    using System.Collections.Generic;
    using System.Text;

    /// <summary>An order that is not done, and why, in the words of the agents' protocol.</summary>
    internal sealed class OrderRefusal : Exception
    {
        /// <summary>null when it cannot be read.</summary>
        internal readonly string Order;
        internal readonly string Reason;

        internal OrderRefusal(string order, string reason, string detail) : base(detail)
        {
            Order = order;
            Reason = reason;
        }

        /// <summary>The order came from the control plane, for this node: its refusal ends it.</summary>
        internal bool IsBinding
        {
            get { return Reason != "bad-signature" && Reason != "malformed" && Reason != "other-node"; }
        }
    }

    /// <summary>A genuine order for this node.</summary>
    internal sealed class Order
    {
        private const int NewestVersion = 2;
        /// <summary>As orders and as reports name them.</summary>
        private static readonly string[][] Hooks =
        {
            new[] { "beforeInstall", "before-install" }, new[] { "afterInstall", "after-install" },
            new[] { "afterReboot", "after-reboot" }, new[] { "onExit", "on-exit" },
        };

        /// <summary>As it was signed.</summary>
        internal readonly string Payload;
        internal readonly string Id, Node, Cycle;
        internal readonly long Issued, Expires, Opens, Cutoff;
        /// <summary>What is to be installed; null for a scan and for a document.</summary>
        internal readonly List<Map> Patches;
        internal readonly bool MayReboot;
        /// <summary>The group whose slot the host needs before it reboots; empty for none.</summary>
        internal readonly string RebootSlot;
        private readonly long version;
        private readonly Dictionary<string, Document> documents = new Dictionary<string, Document>();

        /// <param name="payload">what is signed, or what was kept of it.</param>
        /// <exception cref="FormatException">for what is no order.</exception>
        internal Order(string payload)
        {
            Payload = payload;
            Map order = Json.Parse(payload);
            version = order.NeededWhole("version");
            Id = order.Needed("id");
            Node = order.Needed("node");
            Cycle = order.Needed("cycle");
            Issued = Moment(order, "issued");
            Expires = Moment(order, "expires");
            Map window = order.Object("window") ?? new Map();
            Opens = Moment(window, "opens");
            Cutoff = Moment(window, "cutoff");
            RebootSlot = order.Text("rebootSlot");
            Map work = order.Object("work") ?? new Map(), install = work.Object("install");
            Read(order.Object("hooks") ?? new Map(), work.Object("run"));
            if (install == null) return;
            Patches = new List<Map>();
            foreach (Map patch in install.Objects("patches"))
            {
                Patches.Add(Map.Of(
                    "name", patch.Needed("name"), "architecture", patch.Needed("architecture"),
                    "version", patch.Needed("version")));
            }
            MayReboot = install.Text("reboot") == "if-needed";
        }

        /// <summary>The document of a hook of the protocol's, or with "" the order's own; null where there is none.</summary>
        internal Document Document(string hook)
        {
            Document document;
            return documents.TryGetValue(hook, out document) ? document : null;
        }

        internal bool HasHooks { get { return Patches != null && documents.Count > 0; } }

        private void Read(Map hooks, Map run)
        {
            if (run != null) documents[""] = new Document(run.Object("_0") ?? new Map());
            foreach (string[] names in Hooks)
            {
                Map document = hooks.Object(names[0]);
                if (document != null) documents[names[1]] = new Document(document);
            }
        }

        /// <summary>The order of an envelope, by the bytes that were received.</summary>
        /// <exception cref="OrderRefusal">for one that is not genuine, or not for this node, or not for now.</exception>
        internal static Order Open(Map envelope, IEnumerable<string> keys, string node, long now)
        {
            string payload = envelope.Text("payload"), signature = envelope.Text("signature");
            if (!IsSigned("ringmaster-order-v1", payload, signature, keys))
            {
                string detail = "the order is not signed by an order key of this host";
                throw new OrderRefusal(ReadableId(payload), "bad-signature", detail);
            }
            Order order;
            try { order = new Order(payload); }
            catch (FormatException error)
            {
                throw new OrderRefusal(ReadableId(payload), "malformed", "the order does not read: " + error.Message);
            }
            order.Check(node, now, envelope.Flag("isWithdrawn"));
            return order;
        }

        private void Check(string host, long now, bool isWithdrawn)
        {
            string clock = "; by this host's clock it is " + Clock.Text(now);
            if (version < 1 || version > NewestVersion)
            {
                throw Refusal("unknown-version", "the order has version " + version + "; update the control plane's servers");
            }
            if (Node != host) throw Refusal("other-node", "the order is for " + Node + ", this is " + host);
            if (now >= Expires) throw Refusal("expired", "the order expired at " + Clock.Text(Expires) + clock);
            if (now < Math.Max(Opens, Issued) - Clock.Tolerance)
            {
                throw Refusal("window-not-open", "the window opens at " + Clock.Text(Opens) + clock);
            }
            if (now >= Cutoff) throw Refusal("past-cutoff", "the window's cutoff was " + Clock.Text(Cutoff) + clock);
            if (isWithdrawn) throw Refusal("withdrawn", "the control plane took it back before this host began");
        }

        private OrderRefusal Refusal(string reason, string detail) { return new OrderRefusal(Id, reason, detail); }

        /// <summary>Whether one of the keys has signed exactly these bytes, in this context.</summary>
        internal static bool IsSigned(string context, string payload, string signature, IEnumerable<string> keys)
        {
            byte[] content = Encoding.UTF8.GetBytes(payload), name = Encoding.UTF8.GetBytes(context);
            byte[] message = new byte[name.Length + 9 + content.Length];
            name.CopyTo(message, 0);
            for (int i = 0; i < 8; i++)
            {
                message[name.Length + 1 + i] = (byte)((ulong)content.LongLength >> (56 - 8 * i));
            }
            content.CopyTo(message, name.Length + 9);
            foreach (string key in keys)
            {
                try
                {
                    byte[] bytes = Convert.FromBase64String(signature);
                    if (Ed25519.IsValid(Convert.FromBase64String(key), message, bytes)) return true;
                }
                catch (FormatException) { return false; }
            }
            return false;
        }

        /// <summary>Names the report alone, and is trusted for nothing.</summary>
        private static string ReadableId(string payload)
        {
            try { return Json.Parse(payload).Needed("id"); }
            catch (FormatException) { return null; }
        }

        private static long Moment(Map map, string name)
        {
            object moment = Clock.Moment(map.Text(name));
            return moment == null ? map.NeededWhole(name) : (long)moment;
        }
    }
}
