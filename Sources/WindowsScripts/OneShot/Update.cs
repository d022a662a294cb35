namespace Ringmaster
{
    using System;
    using System.Collections.Generic;
    using System.Globalization;
    using System.Text.RegularExpressions;

    /// <summary>An update as the script tells it: installed, or on offer.</summary>
    internal sealed class Update
    {
        private static readonly Regex Build = new Regex(@"\(([0-9]{1,9})\.([0-9]{1,9})\)$");

        internal readonly string Id;
        internal readonly long Revision;
        private readonly Map told;

        internal Update(Map told)
        {
            this.told = told;
            Id = told.Needed("id");
            Revision = told.NeededWhole("revision");
        }

        /// <summary>As WindowsUpdate.log has it, and as patches have it for their version.</summary>
        internal string Version { get { return Id + "." + Revision.ToString(CultureInfo.InvariantCulture); } }

        internal string Name
        {
            get
            {
                List<string> articles = told.Texts("kb");
                return articles.Count > 0 ? "KB" + articles[0] : Id;
            }
        }

        internal bool IsHidden { get { return told.Flag("isHidden"); } }
        internal bool CanAsk { get { return told.Flag("canAsk"); } }
        /// <summary>It is installed, and takes effect with the next boot.</summary>
        internal bool WantsReboot { get { return told.Flag("wantsReboot"); } }
        internal bool MustBeAlone { get { return told.Whole("impact") == 2; } }
        internal bool IsDefinition { get { return Classification == "DefinitionUpdates"; } }

        internal string Classification { get { return Category("UpdateClassification").Replace(" ", ""); } }

        /// <summary>It moves the build; by its English title.</summary>
        internal bool IsCumulative
        {
            get
            {
                string title = told.Text("title");
                return title.Contains("Cumulative Update") && !title.Contains(".NET");
            }
        }

        /// <summary>The build's revision after it, where its title ends in it, as in (26100.4349); 0 else.</summary>
        internal long RevisionOf(long build)
        {
            Match match = Build.Match(IsCumulative ? told.Text("title") : "");
            if (!match.Success || long.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) != build) return 0;
            return long.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture);
        }

        /// <summary>As inventories have it.</summary>
        internal Map Offer(string architecture, string installed, string server)
        {
            List<string> cves = told.Texts("cves");
            cves.Sort(StringComparer.Ordinal);
            string severity = told.Text("severity");
            Map notice = Map.Of(
                "id", Name, "type", Classification, "severity", severity == "" ? "Unspecified" : severity,
                "cves", cves, "issued", Clock.Moment(told.Text("changedAt")), "version", Version);
            Map origin = Map.Of(
                "origin", "Microsoft", "label", server, "codename", Category("Product"), "archive", Classification);
            return Map.Of(
                "name", Name, "architecture", architecture, "installedVersion", installed, "version", Version,
                "origins", new[] { origin }, "priority", "", "section", "", "downloadBytes", told.Whole("bytes"),
                "obstacle", IsHidden ? Map.Of("pinned", new Map()) : null, "notices", new[] { notice });
        }

        private string Category(string type)
        {
            foreach (Map category in told.Objects("categories"))
            {
                if (category.Text("type") == type) return category.Text("name");
            }
            return "";
        }
    }
}
