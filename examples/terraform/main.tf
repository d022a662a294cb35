# The patch baselines of the reference fleet, their patch groups and defaults, as a customer of SSM has them.
#
# The provider is pointed at Ringmaster; nothing else differs from what it is for AWS. See docs/migrating-from-aws.md.

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

variable "endpoint" {
  description = "Where Ringmaster answers AWS's tools, such as https://patch.example.com:7440."
  type        = string
}

locals {
  groups = toset([for pair in setproduct(["AL2023", "Ubuntu22", "Win2022"], ["early", "main", "late"]) : join("-", pair)])
  baselines = {
    AL2023   = aws_ssm_patch_baseline.al2023
    Ubuntu22 = aws_ssm_patch_baseline.ubuntu22
    Win2022  = aws_ssm_patch_baseline.win2022
  }
}

resource "aws_ssm_patch_baseline" "al2023" {
  name                              = "plat-al2023-baseline"
  operating_system                  = "AMAZON_LINUX_2023"
  description                       = "critical after a week, important after two"
  rejected_patches                  = ["kernel-livepatch-*"]
  rejected_patches_action           = "ALLOW_AS_DEPENDENCY"
  approved_patches_compliance_level = "HIGH"

  dynamic "approval_rule" {
    for_each = { Critical = { days = 7, level = "CRITICAL" }, Important = { days = 14, level = "HIGH" } }

    content {
      approve_after_days = approval_rule.value.days
      compliance_level   = approval_rule.value.level

      patch_filter {
        key    = "CLASSIFICATION"
        values = ["Security"]
      }

      patch_filter {
        key    = "SEVERITY"
        values = [approval_rule.key]
      }
    }
  }

  tags = { Owner = "platform" }
}

resource "aws_ssm_patch_baseline" "ubuntu22" {
  name                              = "plat-ubuntu22-baseline"
  operating_system                  = "UBUNTU"
  rejected_patches                  = ["docker.io"]
  approved_patches_compliance_level = "HIGH"

  approval_rule {
    approve_after_days = 0
    compliance_level   = "CRITICAL"

    patch_filter {
      key    = "PRIORITY"
      values = ["Required", "Important"]
    }
  }

  approval_rule {
    approve_after_days = 0
    compliance_level   = "HIGH"

    patch_filter {
      key    = "PRIORITY"
      values = ["*"]
    }
  }

  tags = { Owner = "platform" }
}

resource "aws_ssm_patch_baseline" "win2022" {
  name             = "plat-win2022-baseline"
  operating_system = "WINDOWS"

  global_filter {
    key    = "PRODUCT"
    values = ["WindowsServer2022"]
  }

  dynamic "approval_rule" {
    for_each = { Critical = { days = 7, level = "CRITICAL" }, Important = { days = 14, level = "HIGH" } }

    content {
      approve_after_days = approval_rule.value.days
      compliance_level   = approval_rule.value.level

      patch_filter {
        key    = "CLASSIFICATION"
        values = ["CriticalUpdates", "SecurityUpdates"]
      }

      patch_filter {
        key    = "MSRC_SEVERITY"
        values = [approval_rule.key]
      }
    }
  }

  tags = { Owner = "platform" }
}

resource "aws_ssm_patch_group" "this" {
  for_each = local.groups

  baseline_id = local.baselines[split("-", each.key)[0]].id
  patch_group = each.key
}

resource "aws_ssm_default_patch_baseline" "this" {
  for_each = local.baselines

  baseline_id      = each.value.id
  operating_system = each.value.operating_system
}
