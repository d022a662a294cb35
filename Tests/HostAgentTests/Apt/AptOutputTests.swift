import AgentProtocol
import HostAgent
import Testing
import Time

/// What apt prints, read back.
@Suite("apt's output")
struct AptOutputTests {
    @Test("of a simulation: upgrades, newcomers, removals, foreign architectures")
    func simulation() {
        let output = """
            Reading package lists...
            Inst python3.11 [3.11.2-6+deb12u8] (3.11.2-6+deb12u9 Debian-Security:12/oldstable-security [amd64]) []
            Inst tzdata [2026b-0+deb12u1] (2026f-0+deb12u1 Debian-Security:12/oldstable-security [all])
            Inst linux-image-6.1.0-56-cloud-amd64 (6.1.192-2 Debian-Security:12/oldstable-security [amd64])
            Inst libc6:i386 [2.36-9] (2.36-9+deb12u13 Debian:12.15/oldstable [i386]) [libc6:amd64 ]
            Conf tzdata (2026f-0+deb12u1 Debian-Security:12/oldstable-security [all])
            Remv nginx-light [1.22.1-9]
            Purg old:i386 [1.0]
            """
        let changes = AptSimulation.changes(in: output, native: "amd64")
        #expect(
            changes == [
                change(.install, "python3.11", "amd64", "3.11.2-6+deb12u8", "3.11.2-6+deb12u9"),
                change(.install, "tzdata", "all", "2026b-0+deb12u1", "2026f-0+deb12u1"),
                change(.install, "linux-image-6.1.0-56-cloud-amd64", "amd64", nil, "6.1.192-2"),
                change(.install, "libc6", "i386", "2.36-9", "2.36-9+deb12u13"),
                change(.remove, "nginx-light", "amd64", "1.22.1-9", nil),
                change(.remove, "old", "i386", "1.0", nil),
            ]
        )
    }

    @Test("of a policy: candidates, pins, phases, and archives by all their fields")
    func policy() {
        let output = """
            openssl:
              Installed: 3.0.20-1~deb12u2
              Candidate: 3.0.22-1~deb12u2
              Version table:
                 3.0.22-1~deb12u2 500
                    500 http://mirror.example/debian-security bookworm-security/main amd64 Packages
             *** 3.0.20-1~deb12u2 500
                    500 http://mirror.example/debian bookworm/main amd64 Packages
                    100 /var/lib/dpkg/status
            phasedpkg:
              Installed: 1.0
              Candidate: 1.1
              Version table:
                 1.2 -1
                    500 file:/srv/repo ./ Packages
                 1.1 500 (phased 10%)
                    500 file:/srv/repo ./ Packages
             *** 1.0 100
                    100 /var/lib/dpkg/status
            libc6:i386:
              Installed: (none)
              Candidate: (none)
              Version table:
            """
        let packages = AptPolicy.packages(in: output)
        #expect(packages["openssl"]?.candidate == "3.0.22-1~deb12u2")
        #expect(packages["openssl"]?.versions.map(\.pin) == [500, 500])
        #expect(packages["openssl"]?.versions.map(\.sources.count) == [1, 2])
        #expect(packages["phasedpkg"]?.versions.map(\.pin) == [-1, 500, 100])
        #expect(packages["phasedpkg"]?.versions.map(\.isPhased) == [false, true, false])
        #expect(packages["libc6:i386"] == AptPolicy.Package(candidate: nil, versions: []))

        let archives = AptPolicy.archives(
            in: """
                Package files:
                 100 /var/lib/dpkg/status
                     release a=now
                 500 http://mirror.example/debian bookworm/main amd64 Packages
                     release v=12.15,o=Debian,a=oldstable,n=bookworm,l=Debian, the whole,c=main,b=amd64
                     origin mirror.example
                Pinned packages:
                """
        )
        let origin = PackageOrigin(
            origin: "Debian",
            label: "Debian, the whole",
            codename: "bookworm",
            archive: "oldstable"
        )
        #expect(archives["http://mirror.example/debian bookworm/main amd64 Packages"] == origin)
    }

    @Test(
        "of a failure: its class",
        arguments: [
            (
                "E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 15828 (python3)",
                FailureKind.lock
            ),
            ("E: You don't have enough free space in /tmp/small/.", .disk),
            ("dpkg: error: write failed: No space left on device", .disk),
            (
                """
                dpkg: error processing package badpost (--configure):
                 installed badpost package post-installation script subprocess returned error exit status 7
                dpkg: dependency problems prevent configuration of other:
                """, .script
            ),
            ("E: Version '9.9.9' for 'openssl' was not found", .vanishedVersion),
            ("E: Unable to correct problems, you have held broken packages.", .conflict),
            ("E: Held packages were changed and -y was used without --allow-change-held-packages.", .conflict),
            ("W: GPG error: http://x y InRelease: NO_PUBKEY 0E98404D386FA1D9", .signature),
            ("E: Release file for http://x is not valid yet (invalid for another 1d 23h 59min)", .signature),
            ("Err:1 http://x\\n  Temporary failure resolving 'x'\\nE: Failed to fetch http://x", .network),
            ("E: The repository 'http://x y Release' does not have a Release file.", .repository),
            ("E: Sub-process /usr/bin/dpkg exited unexpectedly", .interrupted),
            ("E: dpkg was interrupted, you must manually run 'dpkg --configure -a'", .interrupted),
            (
                """
                gzip: stdout: No space left on device
                dpkg: error processing package initramfs-tools (--configure):
                 installed initramfs-tools package post-installation script subprocess returned error exit status 1
                """, .disk
            ),
            ("E: Failed to fetch http://x/InRelease  Could not resolve 'x'\nE: Some index files failed", .network),
            ("E: Failed to fetch http://x/InRelease  404  Not Found [IP: 10.0.0.1 80]", .repository),
            ("E: Failed to fetch http://x  Hash Sum mismatch", .repository),
            (
                """
                dpkg: error processing archive /archives/acme-web_2_all.deb (--unpack):
                 trying to overwrite '/usr/bin/acme', which is also in package acme-tls 1
                """, .conflict
            ),
            (
                "cat: /x: Permission denied\n installed x package post-installation script subprocess returned error",
                .script
            ),
        ]
    )
    func failures(output: String, kind: FailureKind) { #expect(AptFailure.kind(of: output) == kind) }

    @Test("of a failure: what dpkg said of the packages that are asked for, and what came before it")
    func errors() {
        let output = """
            Unpacking acme-tls (2) over (1) ...
            dpkg: error processing archive /archives/acme-web_2%3a1_all.deb (--unpack):
             trying to overwrite '/usr/bin/acme', which is also in package acme-tls 1
            Setting up acme-tls:amd64 (2) ...
            migration failed
            dpkg: error processing package acme-tls:amd64 (--configure):
             installed acme-tls:amd64 package post-installation script subprocess returned error exit status 7
            Errors were encountered while processing:
             /archives/acme-web_2%3a1_all.deb
            """
        let tls = AptFailure.errors(in: output, about: ["acme-tls"])
        #expect(tls.hasPrefix("Setting up acme-tls") && tls.hasSuffix("exit status 7"))
        #expect(AptFailure.kind(of: tls) == .script)
        let web = AptFailure.errors(in: output, about: ["acme-web"])
        #expect(web.hasPrefix("Unpacking acme-tls") && web.hasSuffix("in package acme-tls 1"))
        #expect(AptFailure.kind(of: web) == .conflict)
        #expect(AptFailure.errors(in: output, about: ["acme"]).isEmpty)
    }

    @Test(
        "of something new, or of a lock that waiting does not open, has no class",
        arguments: [
            "E: the moon is full", "E: Could not open lock file x (13: Permission denied)\nE: Unable to lock x",
        ]
    )
    func unknown(output: String) { #expect(AptFailure.kind(of: output) == nil) }

    @Test("in a Release file: origin, dates and digest")
    func release() throws {
        let text = """
            -----BEGIN PGP SIGNED MESSAGE-----
            Hash: SHA256

            Origin: Debian
            Label: Debian-Security
            Suite: oldstable-security
            Codename: bookworm-security
            Date: Sat, 7 Nov 2026 10:05:00 UTC
            Valid-Until: Sat, 14 Nov 2026 10:05:00 UTC
            SHA256:
             e3b0c442 0 main/binary-amd64/Packages
            """
        let index = ReleaseFile.index(Array(text.utf8))
        #expect(index.origin.label == "Debian-Security" && index.origin.archive == "oldstable-security")
        #expect(index.date == Timestamp(iso8601: "2026-11-07T10:05:00Z"))
        #expect(index.validUntil == Timestamp(iso8601: "2026-11-14T10:05:00Z"))
        #expect(index.digest.count == 64)
        #expect(ReleaseFile.index(Array("Origin: Debian\n".utf8)).validUntil == nil)
        #expect(ReleaseFile.date("Mon, 23 Nov 2026 08:00:00 +0000") == Timestamp(iso8601: "2026-11-23T08:00:00Z"))
        #expect(ReleaseFile.date("yesterday") == nil)
    }

    private func change(
        _ action: PlannedChange.Action,
        _ name: String,
        _ architecture: String,
        _ from: String?,
        _ to: String?
    ) -> PlannedChange {
        PlannedChange(action, name: name, architecture: architecture, from: from, to: to)
    }
}
