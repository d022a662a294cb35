namespace Ringmaster
{
    using System;
    using System.Globalization;
    using System.Security.Cryptography;
    using System.Text;
    using System.Threading;

    /// <summary>A step of an order failed, by a class of the agents' protocol.</summary>
    internal sealed class StepFailure : Exception
    {
        internal readonly string Kind;

        internal StepFailure(string kind, string detail) : base(detail) { Kind = kind; }
    }

    /// <summary>This host does nothing, and says why.</summary>
    internal sealed class RefusedStart : Exception
    {
        internal RefusedStart(string reason) : base(reason) { }
    }

    /// <summary>Something is not there now; the next start goes on.</summary>
    internal sealed class Unfinished : Exception
    {
        internal Unfinished(string reason) : base(reason) { }
    }

    /// <summary>The host's time, in microseconds since 1970.</summary>
    public static class Clock
    {
        private static readonly DateTime Epoch = new DateTime(1970, 1, 1, 0, 0, 0, DateTimeKind.Utc);

        public const long Second = 1000000;
        /// <summary>How far two clocks may be apart.</summary>
        internal const long Tolerance = 300 * Second;

        /// <summary>Waits, in milliseconds; a test has no time for it.</summary>
        public static Action<int> Sleep = Thread.Sleep;

        internal static long Now { get { return (DateTime.UtcNow - Epoch).Ticks / 10; } }

        internal static string Text(long moment)
        {
            return Epoch.AddTicks(moment * 10).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        }

        /// <summary>Of ISO 8601; null for another text.</summary>
        internal static object Moment(string text)
        {
            DateTime time;
            const DateTimeStyles Styles = DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal;
            if (!DateTime.TryParse(text, CultureInfo.InvariantCulture, Styles, out time)) return null;
            return (time - Epoch).Ticks / 10;
        }

        /// <summary>Waits for so many seconds.</summary>
        internal static void Pause(double seconds) { Sleep((int)(Math.Max(0, seconds) * 1000)); }
    }

    internal static class Hash
    {
        internal static string Sha256(byte[] bytes)
        {
            using (SHA256 hash = SHA256.Create()) return Hexadecimal(hash.ComputeHash(bytes));
        }

        internal static string Sha256(string text) { return Sha256(Encoding.UTF8.GetBytes(text)); }

        internal static byte[] Mac(byte[] key, string text)
        {
            using (HMACSHA256 mac = new HMACSHA256(key)) return mac.ComputeHash(Encoding.UTF8.GetBytes(text));
        }

        internal static string Hexadecimal(byte[] bytes)
        {
            return BitConverter.ToString(bytes).Replace("-", "").ToLowerInvariant();
        }
    }
}
