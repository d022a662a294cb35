namespace Ringmaster
{
    using System;
    using System.Collections.Generic;
    using System.Globalization;

    /// <summary>What the system is and what is installed and offered at one moment, as Sources/HostAgent/WindowsUpdate judges it.</summary>
    internal sealed class Survey
    {
        /// <summary>Folders in which programs rename files at every boot: those would want a reboot for ever.</summary>
        private static readonly string[] Ignored =
        {
            @"\windows\system32\spool\", @"\windows\temp\", @"\appdata\local\temp\",
            @"\programdata\microsoft\windows defender\", @"\program files (x86)\microsoft\edgeupdate\",
            @"\program files (x86)\google\update\",
        };

        internal readonly Map Facts;
        private readonly Map source, signals;
        private readonly List<Update> installed = new List<Update>();
        private readonly List<Update> offered = new List<Update>();
        private readonly List<string> fixes;

        /// <summary>Versions of updates that a reboot took back, whatever Windows says of them.</summary>
        internal readonly HashSet<string> RolledBack;

        /// <summary>Reads what is known already; nothing is searched for on the server.</summary>
        internal Survey(UpdateScript script, IEnumerable<string> rolledBack)
        {
            List<Map> answers = script.Ask(
                900, new Question("installed"), Offered(false), new Question("reboot"), new Question("source"));
            Facts = answers[0];
            foreach (Map update in answers[1].Objects("updates")) installed.Add(new Update(update));
            installed.RemoveAll(update => update.IsDefinition);
            fixes = answers[1].Texts("fixes");
            foreach (Map update in answers[2].Objects("updates")) offered.Add(new Update(update));
            signals = answers[3];
            source = answers[4];
            RolledBack = new HashSet<string>(rolledBack);
        }

        /// <summary>The search for what is not installed; of drivers nobody is told.</summary>
        internal static Question Offered(bool isOnline)
        {
            return new Question("search", Map.Of("criteria", "IsInstalled=0 and Type='Software'", "online", isOnline));
        }

        internal static Map Boot(Map facts)
        {
            string boot = facts.Get("bootId") == null
                ? facts.Text("bootedAt") : "boot " + facts.Whole("bootId").ToString(CultureInfo.InvariantCulture);
            return Map.Of("bootID", boot, "kernel", Build(facts, facts.Whole("revision")));
        }

        private static string Build(Map facts, long revision)
        {
            return string.Format(
                CultureInfo.InvariantCulture, "{0}.{1}.{2}", facts.Text("version"), facts.Whole("build"), revision);
        }

        private string Architecture { get { return Facts.Text("architecture").ToLowerInvariant(); } }

        private IEnumerable<Update> Present
        {
            get { return installed.FindAll(update => !RolledBack.Contains(update.Version)); }
        }

        /// <summary>The updates that may be installed.</summary>
        private List<Update> Open
        {
            get { return offered.FindAll(update => !update.IsDefinition && !update.WantsReboot); }
        }

        internal Update OfferOf(Map patch)
        {
            return Open.Find(update => update.Name == patch.Text("name") && update.Version == patch.Text("version"));
        }

        /// <summary>The revisions of a name's updates that are there; empty where only others are known; null for an unknown name.</summary>
        internal string State(string name)
        {
            List<string> versions = new List<string>();
            foreach (Update update in Present) if (update.Name == name) versions.Add(update.Version);
            versions.Sort(StringComparer.Ordinal);
            bool isKnown = Open.Exists(update => update.Name == name) || installed.Exists(update => update.Name == name);
            return versions.Count > 0 || isKnown ? string.Join(" ", versions) : null;
        }

        /// <summary>A person hides all that is offered by the name.</summary>
        internal bool IsHeld(string name)
        {
            List<Update> offers = Open.FindAll(update => update.Name == name);
            return offers.Count > 0 && offers.TrueForAll(update => update.IsHidden);
        }

        /// <summary>Why the host wants a reboot, in words.</summary>
        internal List<string> RebootReasons
        {
            get
            {
                List<string> reasons = new List<string>();
                if (signals.Flag("servicing")) reasons.Add("the servicing stack wants a reboot");
                if (signals.Flag("servicingInProgress")) reasons.Add("an update goes on with the next boot");
                if (signals.Flag("update") || signals.Flag("agent")) reasons.Add("Windows Update wants a reboot");
                List<string> files = signals.Texts("renames").FindAll(
                    file => !Array.Exists(Ignored, folder => file.ToLowerInvariant().Contains(folder)));
                if (files.Count > 0)
                {
                    reasons.Add(files.Count + " files are replaced with the next boot, " + files[0] + " first");
                }
                string next = signals.Text("nextComputerName");
                if (signals.Text("computerName") != next) reasons.Add("the host is called " + next + " after the next boot");
                return reasons;
            }
        }

        /// <summary>The names of the updates that the reboot is for.</summary>
        internal HashSet<string> RebootNames
        {
            get
            {
                HashSet<string> names = new HashSet<string>();
                foreach (Update update in Present) if (update.WantsReboot) names.Add(update.Name);
                return names;
            }
        }

        /// <summary>The build that the installed updates lead to; null where it is there, or nothing tells.</summary>
        internal string PendingBuild
        {
            get
            {
                long newest = 0;
                foreach (Update update in Present) newest = Math.Max(newest, update.RevisionOf(Facts.Whole("build")));
                return newest > Facts.Whole("revision") ? Build(Facts, newest) : null;
            }
        }

        /// <summary>The inventory's JSON text.</summary>
        internal string Inventory()
        {
            string server = source.Flag("usesServer") ? source.Get("server") as string ?? "WSUS" : "Windows Update";
            List<string> offers = offered.ConvertAll(update => update.Version);
            offers.Sort(StringComparer.Ordinal);
            Map origin = Map.Of("origin", "Microsoft", "label", server, "codename", "", "archive", "");
            List<Map> updates = Open.ConvertAll(
                update => update.Offer(Architecture, State(update.Name) ?? "", server));
            updates.Sort(Order);
            return Json.Write(Map.Of(
                "platform", "windows", "platformVersion", PlatformVersion, "architecture", Architecture,
                "packages", Packages(), "updates", updates, "newcomers", new object[0],
                "indexes", new[] { Map.Of("origin", origin, "digest", Hash.Sha256(string.Concat(offers))) },
                "rebootReasons", RebootReasons));
        }

        private List<Map> Packages()
        {
            List<Map> packages = new List<Map> { Package("Windows", Build(Facts, Facts.Whole("revision"))) };
            foreach (Update update in Present) packages.Add(Package(update.Name, update.Version));
            foreach (string fix in new HashSet<string>(fixes))
            {
                if (!installed.Exists(update => update.Name == fix)) packages.Add(Package(fix, "hotfix"));
            }
            packages.Sort(Order);
            return packages;
        }

        private Map Package(string name, string version)
        {
            return Map.Of("name", name, "architecture", Architecture, "version", version, "isHeld", false);
        }

        private static int Order(Map left, Map right)
        {
            int order = string.CompareOrdinal(left.Text("name"), right.Text("name"));
            return order != 0 ? order : string.CompareOrdinal(left.Text("version"), right.Text("version"));
        }

        /// <summary>What follows Windows in the products of Microsoft's advisories, without spaces: Server2022, 10Version22H2.</summary>
        private string PlatformVersion
        {
            get
            {
                List<string> words = new List<string>(
                    Facts.Text("product").Split(new[] { ' ' }, StringSplitOptions.RemoveEmptyEntries));
                words.RemoveRange(0, words.IndexOf("Windows") + 1);
                string release = Facts.Text("displayVersion");
                if (words.Count == 0 || words[0] != "Server")
                {
                    // The registry of Windows 11 still says 10.
                    string version = Facts.Whole("build") >= 22000 ? "11" : words.Count > 0 ? words[0] : "";
                    return version + (release == "" ? "" : "Version" + release);
                }
                long year;
                bool hasYear = words.Count > 1
                    && long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out year);
                if (!hasYear) return "Server" + (release == "" ? "" : "version" + release);
                return "Server" + words[1] + (words.Count > 2 && words[2] == "R2" ? "R2" : "");
            }
        }
    }
}
