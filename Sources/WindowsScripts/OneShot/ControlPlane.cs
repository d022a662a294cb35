namespace Ringmaster
{
    using System;
    using System.Collections.Generic;
    using System.IO;
    using System.Net;
    using System.Text;

    /// <summary>The control plane did not answer, or not now.</summary>
    internal sealed class Unavailable : Exception
    {
        internal Unavailable(string detail) : base(detail) { }
    }

    /// <summary>The control plane does not take a request, and will not.</summary>
    internal sealed class Rejected : Exception
    {
        internal readonly int Status;

        internal Rejected(int status, string detail) : base(detail) { Status = status; }
    }

    /// <summary>The agents' protocol, each request signed (AWS Signature Version 4) with what the stock agent shares.</summary>
    internal sealed class ControlPlane
    {
        private const int LargestAnswer = 4 << 20;
        private const int TimeLimit = 60000;

        private readonly string server, node, region, credentialsFile;

        /// <exception cref="RefusedStart">for an address in the clear that is another machine's.</exception>
        internal ControlPlane(string server, string node, string region, string credentialsFile, bool isInsecureAllowed)
        {
            this.server = server.TrimEnd('/');
            this.node = node;
            this.region = region;
            this.credentialsFile = credentialsFile;
            Uri address;
            if (!Uri.TryCreate(this.server, UriKind.Absolute, out address)
                || (address.Scheme != "https" && address.Scheme != "http"))
            {
                throw new RefusedStart(server + " is no address of a control plane");
            }
            if (address.Scheme == "http" && !address.IsLoopback && !isInsecureAllowed)
            {
                throw new RefusedStart(server + " is another machine and not https: who is between sees and changes all");
            }
            ServicePointManager.SecurityProtocol |= SecurityProtocolType.Tls12;
            ServicePointManager.Expect100Continue = false;
        }

        /// <summary>The answer's body; null when it has none.</summary>
        internal string Ask(string method, string target, string body)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(body ?? "");
            HttpWebRequest request = (HttpWebRequest)WebRequest.Create(new Uri(server + target));
            request.Method = method;
            request.AllowAutoRedirect = false;
            request.Timeout = TimeLimit;
            request.ReadWriteTimeout = TimeLimit;
            Sign(request, target, bytes);
            try
            {
                if (bytes.Length > 0)
                {
                    request.ContentType = "application/json";
                    request.ContentLength = bytes.Length;
                    using (Stream stream = request.GetRequestStream()) stream.Write(bytes, 0, bytes.Length);
                }
                using (HttpWebResponse response = (HttpWebResponse)request.GetResponse())
                {
                    int status = (int)response.StatusCode;
                    string text = Read(response);
                    if (status >= 300) throw new Rejected(status, "an answer of " + status);
                    return status == 204 ? null : text;
                }
            }
            catch (WebException error) { throw Failure(error, method, target); }
            catch (IOException error) { throw new Unavailable(method + " " + target + ": " + error.Message); }
        }

        /// <summary>Asks again, with growing pauses, for so many seconds.</summary>
        internal string AskPatiently(string method, string target, string body, double seconds)
        {
            long end = Clock.Now + (long)(seconds * Clock.Second);
            for (double pause = 1; ; pause = Math.Min(pause * 2, 60))
            {
                try { return Ask(method, target, body); }
                catch (Unavailable error)
                {
                    if (Clock.Now + pause * Clock.Second > end) throw;
                    Console.WriteLine("asking again in " + pause + " s: " + error.Message);
                    Clock.Pause(pause);
                }
            }
        }

        private static Exception Failure(WebException error, string method, string target)
        {
            HttpWebResponse response = error.Response as HttpWebResponse;
            if (response == null) return new Unavailable(method + " " + target + ": " + error.Message);
            using (response)
            {
                int status = (int)response.StatusCode;
                string text = Read(response);
                string detail = status + " " + text.Substring(0, Math.Min(text.Length, 600));
                bool mayPass = status == 401 || status == 408 || status == 429 || status >= 500;
                if (mayPass) return new Unavailable(method + " " + target + ": " + detail);
                return new Rejected(status, detail);
            }
        }

        private static string Read(HttpWebResponse response)
        {
            using (Stream stream = response.GetResponseStream())
            using (MemoryStream content = new MemoryStream())
            {
                byte[] buffer = new byte[65536];
                int count;
                while ((count = stream.Read(buffer, 0, buffer.Length)) > 0)
                {
                    content.Write(buffer, 0, count);
                    if (content.Length > LargestAnswer) throw new Unavailable("an answer of more than 4 MiB");
                }
                return Encoding.UTF8.GetString(content.ToArray());
            }
        }

        // Signing

        private void Sign(HttpWebRequest request, string target, byte[] body)
        {
            Dictionary<string, string> keys = Credentials();
            string time = Clock.Text(Clock.Now).Replace("-", "").Replace(":", "");
            string day = time.Substring(0, 8), payload = Hash.Sha256(body);
            string[] parts = target.Split(new[] { '?' }, 2);
            SortedDictionary<string, string> headers = new SortedDictionary<string, string>(StringComparer.Ordinal);
            headers["ringmaster-node"] = node;
            headers["x-amz-date"] = time;
            headers["x-amz-content-sha256"] = payload;
            headers["x-amz-security-token"] = keys["aws_session_token"];
            foreach (KeyValuePair<string, string> header in headers) request.Headers[header.Key] = header.Value;
            headers["host"] = request.RequestUri.Authority;
            StringBuilder lines = new StringBuilder();
            foreach (KeyValuePair<string, string> header in headers)
            {
                lines.Append(header.Key).Append(':').Append(header.Value).Append('\n');
            }
            string names = string.Join(";", headers.Keys);
            string[] query = parts.Length == 2 ? parts[1].Split('&') : new string[0];
            Array.Sort(query, StringComparer.Ordinal);
            string canonical = string.Join(
                "\n", request.Method, parts[0], string.Join("&", query), lines.ToString(), names, payload);
            string scope = day + "/" + region + "/ssm/aws4_request";
            string text = string.Join("\n", "AWS4-HMAC-SHA256", time, scope, Hash.Sha256(canonical));
            byte[] key = Encoding.UTF8.GetBytes("AWS4" + keys["aws_secret_access_key"]);
            foreach (string part in scope.Split('/')) key = Hash.Mac(key, part);
            request.Headers["Authorization"] = "AWS4-HMAC-SHA256 Credential=" + keys["aws_access_key_id"] + "/" + scope
                + ", SignedHeaders=" + names + ", Signature=" + Hash.Hexadecimal(Hash.Mac(key, text));
        }

        /// <summary>Read for each request: the stock agent exchanges them before they expire.</summary>
        private Dictionary<string, string> Credentials()
        {
            Dictionary<string, string> values = new Dictionary<string, string>();
            string text;
            try { text = File.ReadAllText(credentialsFile); }
            catch (Exception error)
            {
                if (!(error is IOException) && !(error is UnauthorizedAccessException)) throw;
                throw new Unavailable("the credentials cannot be read: " + error.Message);
            }
            bool isIn = false;
            foreach (string line in text.Split('\n'))
            {
                string plain = line.Trim();
                int equals = plain.IndexOf('=');
                if (plain.StartsWith("[", StringComparison.Ordinal)) isIn = plain == "[default]";
                else if (isIn && equals > 0 && plain[0] != '#' && plain[0] != ';')
                {
                    values[plain.Substring(0, equals).Trim().ToLowerInvariant()] = plain.Substring(equals + 1).Trim();
                }
            }
            foreach (string name in new[] { "aws_access_key_id", "aws_secret_access_key", "aws_session_token" })
            {
                string value;
                if (values.TryGetValue(name, out value) && value != "") continue;
                throw new Unavailable(credentialsFile + " has no " + name + " in its profile [default]");
            }
            return values;
        }
    }
}
