namespace Ringmaster
{
    using System;
    using System.Numerics;
    using System.Security.Cryptography;

    /// <summary>
    /// Checks signatures by the equations of RFC 8032, section 5.1, for .NET Framework has no Ed25519.
    /// Nothing that it works on is secret: its time may tell all of it.
    /// </summary>
    public static class Ed25519
    {
        private static readonly BigInteger P = BigInteger.Pow(2, 255) - 19;
        private static readonly BigInteger L =
            BigInteger.Pow(2, 252) + BigInteger.Parse("27742317777372353535851937790883648493");
        private static readonly BigInteger D = Mod(-121665 * Inverse(121666));
        private static readonly BigInteger RootOfMinusOne = BigInteger.ModPow(2, (P - 1) / 4, P);
        private static readonly Point Base = Point.Decode(Bytes(Mod(4 * Inverse(5))));

        /// <param name="key">32 bytes.</param>
        /// <param name="signature">64 bytes.</param>
        public static bool IsValid(byte[] key, byte[] message, byte[] signature)
        {
            if (key.Length != 32 || signature.Length != 64) return false;
            Point owner = Point.Decode(key);
            byte[] commitment = Part(signature, 0);
            BigInteger s = Number(Part(signature, 32));
            // Only the least number counts, so that a signature has one form.
            if (owner == null || s >= L) return false;
            byte[] hashed = new byte[64 + message.Length];
            Buffer.BlockCopy(commitment, 0, hashed, 0, 32);
            Buffer.BlockCopy(key, 0, hashed, 32, 32);
            Buffer.BlockCopy(message, 0, hashed, 64, message.Length);
            BigInteger challenge;
            using (SHA512 hash = SHA512.Create()) challenge = Number(hash.ComputeHash(hashed)) % L;
            byte[] expected = Sum(s, Base, challenge, owner.Negated()).Encode();
            int difference = 0;
            for (int i = 0; i < 32; i++) difference |= expected[i] ^ commitment[i];
            return difference == 0;
        }

        /// <summary>a times first plus b times second, bit by bit.</summary>
        private static Point Sum(BigInteger a, Point first, BigInteger b, Point second)
        {
            Point both = first.Plus(second);
            Point sum = Point.Zero;
            for (int bit = 255; bit >= 0; bit--)
            {
                sum = sum.Plus(sum);
                bool isInFirst = !((a >> bit) & 1).IsZero, isInSecond = !((b >> bit) & 1).IsZero;
                if (isInFirst) sum = sum.Plus(isInSecond ? both : first);
                else if (isInSecond) sum = sum.Plus(second);
            }
            return sum;
        }

        private static BigInteger Mod(BigInteger number)
        {
            BigInteger rest = number % P;
            return rest.Sign < 0 ? rest + P : rest;
        }

        private static BigInteger Inverse(BigInteger number)
        {
            return BigInteger.ModPow(Mod(number), P - 2, P);
        }

        private static byte[] Part(byte[] bytes, int offset)
        {
            byte[] part = new byte[32];
            Buffer.BlockCopy(bytes, offset, part, 0, 32);
            return part;
        }

        /// <summary>The least byte comes first, and none of them means a sign.</summary>
        private static BigInteger Number(byte[] bytes)
        {
            byte[] unsigned = new byte[bytes.Length + 1];
            Buffer.BlockCopy(bytes, 0, unsigned, 0, bytes.Length);
            return new BigInteger(unsigned);
        }

        private static byte[] Bytes(BigInteger number)
        {
            byte[] bytes = new byte[32];
            byte[] plain = number.ToByteArray();
            Buffer.BlockCopy(plain, 0, bytes, 0, Math.Min(plain.Length, 32));
            return bytes;
        }

        /// <summary>A point of the curve in extended coordinates: x = X/Z, y = Y/Z, xy = T/Z.</summary>
        private sealed class Point
        {
            internal static readonly Point Zero = new Point(0, 1, 1, 0);

            private readonly BigInteger x, y, z, t;

            private Point(BigInteger x, BigInteger y, BigInteger z, BigInteger t)
            {
                this.x = x;
                this.y = y;
                this.z = z;
                this.t = t;
            }

            /// <summary>null for what encodes no point.</summary>
            internal static Point Decode(byte[] bytes)
            {
                byte[] plain = (byte[])bytes.Clone();
                bool isOdd = (plain[31] & 0x80) != 0;
                plain[31] &= 0x7f;
                BigInteger y = Number(plain);
                if (y >= P) return null;
                BigInteger u = Mod(y * y - 1), v = Mod(D * Mod(y * y) + 1);
                BigInteger cube = Mod(v * Mod(v * v));
                BigInteger power = BigInteger.ModPow(Mod(u * Mod(cube * Mod(cube * v))), (P - 5) / 8, P);
                BigInteger x = Mod(Mod(u * cube) * power);
                BigInteger square = Mod(v * Mod(x * x));
                if (square == Mod(-u)) x = Mod(x * RootOfMinusOne);
                else if (square != u) return null;
                if (x.IsZero && isOdd) return null;
                if (x.IsEven == isOdd) x = Mod(-x);
                return new Point(x, y, 1, Mod(x * y));
            }

            internal byte[] Encode()
            {
                BigInteger inverse = Inverse(z);
                BigInteger affineX = Mod(x * inverse);
                byte[] bytes = Bytes(Mod(y * inverse));
                if (!affineX.IsEven) bytes[31] |= 0x80;
                return bytes;
            }

            internal Point Negated()
            {
                return new Point(Mod(-x), y, z, Mod(-t));
            }

            /// <summary>RFC 8032, section 5.1.4; complete, so that it doubles, too.</summary>
            internal Point Plus(Point other)
            {
                BigInteger a = Mod((y - x) * (other.y - other.x)), b = Mod((y + x) * (other.y + other.x));
                BigInteger c = Mod(2 * D * Mod(t * other.t)), d = Mod(2 * z * other.z);
                BigInteger e = b - a, f = d - c, g = d + c, h = b + a;
                return new Point(Mod(e * f), Mod(g * h), Mod(f * g), Mod(e * h));
            }
        }
    }
}
