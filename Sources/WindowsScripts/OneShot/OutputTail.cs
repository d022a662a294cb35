namespace Ringmaster
{
    using System;
    using System.IO;
    using System.Text;
    using System.Threading;

    /// <summary>
    /// The end of what a program says on both its streams. What it leaves running may hold them: a moment after its end they are read
    /// no more.
    /// </summary>
    internal sealed class OutputTail
    {
        /// <summary>Of what is told, in bytes.</summary>
        private const int Most = 1000;
        private const int Kept = 4 * Most;
        private const int Moment = 5000;

        private readonly MemoryStream tail = new MemoryStream();
        private readonly Thread[] readers;

        internal OutputTail(params Stream[] streams)
        {
            readers = Array.ConvertAll(streams, stream => new Thread(() => Read(stream)) { IsBackground = true });
            foreach (Thread reader in readers) reader.Start();
        }

        /// <summary>The program has ended: the end of what it said, without control characters that a terminal would obey.</summary>
        internal string End()
        {
            foreach (Thread reader in readers) reader.Join(Moment);
            byte[] bytes;
            lock (tail) bytes = tail.ToArray();
            int start = Math.Max(0, bytes.Length - Kept);
            // The middle of a character.
            while (start > 0 && start < bytes.Length && (bytes[start] & 0xC0) == 0x80) start++;
            return Masked(Decoded(bytes, start));
        }

        private void Read(Stream stream)
        {
            byte[] buffer = new byte[4096];
            try
            {
                int count;
                while ((count = stream.Read(buffer, 0, buffer.Length)) > 0) lock (tail) Append(buffer, count);
            }
            // Its other end went away with the program.
            catch (IOException error) { Console.WriteLine("what a step says ends: " + error.Message); }
            catch (ObjectDisposedException error) { Console.WriteLine("what a step says ends: " + error.Message); }
        }

        private void Append(byte[] bytes, int count)
        {
            if (tail.Length > 8 * Kept)
            {
                byte[] all = tail.ToArray();
                tail.SetLength(0);
                tail.Write(all, all.Length - Kept, Kept);
            }
            tail.Write(bytes, 0, count);
        }

        /// <summary>Windows PowerShell writes the console's code page unless a script says otherwise.</summary>
        private static string Decoded(byte[] bytes, int start)
        {
            try { return new UTF8Encoding(false, true).GetString(bytes, start, bytes.Length - start); }
            catch (DecoderFallbackException) { return Console.OutputEncoding.GetString(bytes, start, bytes.Length - start); }
        }

        private static string Masked(string text)
        {
            StringBuilder plain = new StringBuilder();
            foreach (char letter in text.Replace("\r\n", "\n"))
            {
                plain.Append(char.IsControl(letter) && letter != '\n' && letter != '\t' ? '?' : letter);
            }
            int first = plain.Length, size = 0;
            while (first > 0)
            {
                bool isPair = char.IsLowSurrogate(plain[first - 1]) && first > 1 && char.IsHighSurrogate(plain[first - 2]);
                int letters = isPair ? 2 : 1;
                size += Encoding.UTF8.GetByteCount(plain.ToString(first - letters, letters));
                if (size > Most) break;
                first -= letters;
            }
            return plain.ToString(first, plain.Length - first);
        }
    }
}
