import CryptoExtras
import FoundationEssentials

/// Keys for many agents: making one of new primes takes a tenth of a second.
extension StockKey {
    /// How many there are.
    package static let most = StockPrimes.all.count * (StockPrimes.all.count - 1) / 2

    /// The key of a number from 0 below ``most``, always the same: a pair of the primes that are kept for it.
    ///
    /// It is an RSA key of 2,048 bits as any; only that others have one of its primes makes it none to rely on.
    package init(number: Int) throws {
        precondition((0..<Self.most).contains(number))
        var (row, place) = (1, number)
        while place >= row { (row, place) = (row + 1, place - row) }
        let (p, q) = (StockPrimes.all[row], StockPrimes.all[place])
        let modulus = p.times(q)
        let secret = p.decremented.times(q.decremented).inverse(of: StockPrimes.exponent)
        self.init(
            try _RSA.Signing.PrivateKey(
                n: modulus.bytes,
                e: [1, 0, 1] as [UInt8],
                d: secret.bytes,
                p: p.bytes,
                q: q.bytes
            )
        )
    }
}

private enum StockPrimes {
    static let exponent: UInt64 = 65_537

    /// Primes of 1,024 bits, whose predecessors have no factor in common with the exponent.
    static let all: [BigNumber] = String(decoding: PackageResources.primes_txt, as: UTF8.self)
        .split(separator: "\n").compactMap { Data(base64Encoded: String($0)).map(BigNumber.init) }
}

/// A whole number of any size.
private struct BigNumber {
    /// The lowest 32 bits first.
    private var digits: [UInt32]

    init(_ bytes: Data) {
        let bytes = Array(bytes.reversed())
        digits = stride(from: 0, to: bytes.count, by: 4).map { start in
            (0..<4).reduce(0) { $0 | UInt32(bytes[start + $1]) << (8 * UInt32($1)) }
        }
    }

    private init(digits: [UInt32]) { self.digits = digits }

    /// The highest first.
    var bytes: [UInt8] {
        digits.reversed().flatMap { digit in (0..<4).map { UInt8(truncatingIfNeeded: digit >> (24 - 8 * UInt32($0))) } }
    }

    /// One less, of an odd number.
    var decremented: Self {
        var digits = digits
        digits[0] &= ~1
        return Self(digits: digits)
    }

    func times(_ other: Self) -> Self {
        var product = [UInt32](repeating: 0, count: digits.count + other.digits.count)
        for (place, digit) in digits.enumerated() {
            var carry: UInt64 = 0
            for (otherPlace, otherDigit) in other.digits.enumerated() {
                let sum = UInt64(digit) * UInt64(otherDigit) + UInt64(product[place + otherPlace]) + carry
                product[place + otherPlace] = UInt32(truncatingIfNeeded: sum)
                carry = sum >> 32
            }
            product[place + other.digits.count] = UInt32(carry)
        }
        return Self(digits: product)
    }

    /// What the prime has to be multiplied with, for one to be left over from this number.
    ///
    /// - Parameter prime: small, and no factor of it.
    func inverse(of prime: UInt64) -> Self {
        // (k · self + 1) / prime, for the k that leaves nothing over.
        let rest = digits.reversed().reduce(0) { ($0 << 32 | UInt64($1)) % prime }
        let factor = prime - Self.power(rest, prime - 2, modulo: prime)
        var (product, carry) = ([UInt32](), UInt64(1))
        for digit in digits {
            let sum = UInt64(digit) * factor + carry
            product.append(UInt32(truncatingIfNeeded: sum))
            carry = sum >> 32
        }
        product.append(UInt32(carry))
        var left: UInt64 = 0
        for place in product.indices.reversed() {
            let dividend = left << 32 | UInt64(product[place])
            product[place] = UInt32(dividend / prime)
            left = dividend % prime
        }
        return Self(digits: product)
    }

    private static func power(_ base: UInt64, _ exponent: UInt64, modulo prime: UInt64) -> UInt64 {
        var (result, base, exponent) = (UInt64(1), base % prime, exponent)
        while exponent > 0 {
            if exponent & 1 == 1 { result = result * base % prime }
            base = base * base % prime
            exponent >>= 1
        }
        return result
    }
}
