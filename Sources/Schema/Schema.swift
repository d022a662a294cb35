package import Postgres

/// The migrations of db/migrations, carried in the binary.
package enum Schema {
    package static let migrations: [Migration] = [
        migration(1, "durable_streams", PackageResources._001_durable_streams_sql),
        migration(2, "read_models", PackageResources._002_read_models_sql),
        migration(3, "fast_compression", PackageResources._003_fast_compression_sql),
        migration(4, "settlement", PackageResources._004_settlement_sql),
        migration(5, "advisories", PackageResources._005_advisories_sql),
        migration(6, "patch_seen", PackageResources._006_patch_seen_sql),
        migration(7, "node_contact", PackageResources._007_node_contact_sql),
        migration(8, "outputs", PackageResources._008_outputs_sql),
        migration(9, "node_trust", PackageResources._009_node_trust_sql),
        migration(10, "seals", PackageResources._010_seals_sql),
        migration(11, "withdrawn_orders", PackageResources._011_withdrawn_orders_sql),
        migration(12, "daily_series", PackageResources._012_daily_series_sql),
        migration(13, "patch_states", PackageResources._013_patch_states_sql),
        migration(14, "node_labels", PackageResources._014_node_labels_sql),
        migration(15, "commands", PackageResources._015_commands_sql),
        migration(16, "fleet_lists", PackageResources._016_fleet_lists_sql),
        migration(17, "custom_records", PackageResources._017_custom_records_sql),
        migration(18, "heard_at_enrolment", PackageResources._018_heard_at_enrolment_sql),
    ]

    private static func migration(_ number: Int, _ name: String, _ sql: [UInt8]) -> Migration {
        Migration(number: number, name: name, sql: String(decoding: sql, as: UTF8.self))
    }
}
