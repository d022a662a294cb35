#!/usr/bin/env bash
# Usage: store.sh BUCKET
# Makes docker-compose.yml's bucket, whose objects nobody changes or deletes for 30 days, and the user that writes there and
# can neither delete nor go past a lock; without ListBucket it would be told 403 of an object that is not there. May run again.
set -euo pipefail

bucket=$1
# The environment and standard input, because arguments can be seen by others.
MC_HOST_store="http://root:$(</run/secrets/root)@minio:9000"
export MC_HOST_store

mc mb --ignore-existing --with-lock "store/$bucket"
# A person with the bypass can still delete. Where an auditor relies on it: COMPLIANCE, and as long as evidence has to be kept.
mc retention set --default GOVERNANCE 30d "store/$bucket"

policy=/tmp/evidence-writer.json
cat >"$policy" <<JSON
{
  "Version": "2012-10-17",
  "Statement": [
    { "Effect": "Allow", "Action": ["s3:ListBucket", "s3:ListBucketMultipartUploads"], "Resource": ["arn:aws:s3:::$bucket"] },
    { "Effect": "Allow",
      "Action": ["s3:GetObject", "s3:GetObjectRetention", "s3:ListMultipartUploadParts", "s3:PutObject", "s3:PutObjectRetention"],
      "Resource": ["arn:aws:s3:::$bucket/*"] }
  ]
}
JSON
mc admin policy create store evidence-writer "$policy"
printf '%s\n' writer "$(</run/secrets/writer)" | mc admin user add store
case $(mc admin user info store writer) in
*evidence-writer*) ;;
*) mc admin policy attach store evidence-writer --user writer ;;
esac
