# A scan of everything each night; installs by ring, an operating system a day, so that the three never reboot in one night.

variable "zone" {
  description = "The site's time zone, by its name in the IANA database."
  type        = string
}

locals {
  days    = { early = "TUE", main = "WED", late = "THU" }
  offsets = { AL2023 = null, Ubuntu22 = 1, Win2022 = 2 }
  windows = merge(
    {
      scan = {
        schedule  = "cron(0 0 ? * * *)"
        offset    = null
        groups    = sort(tolist(var.groups))
        operation = "Scan"
      }
    },
    {
      for group in var.groups : group => {
        schedule  = "cron(0 2 ? * ${local.days[split("-", group)[1]]} *)"
        offset    = local.offsets[split("-", group)[0]]
        groups    = [group]
        operation = "Install"
      }
    },
  )
}

resource "aws_ssm_maintenance_window" "this" {
  for_each = local.windows

  name              = each.key
  schedule          = each.value.schedule
  schedule_timezone = var.zone
  schedule_offset   = each.value.offset
  duration          = 3
  cutoff            = 1

  tags = { Owner = "platform" }
}

resource "aws_ssm_maintenance_window_target" "this" {
  for_each = local.windows

  window_id     = aws_ssm_maintenance_window.this[each.key].id
  name          = each.key
  resource_type = "INSTANCE"

  targets {
    key    = "tag:Patch Group"
    values = each.value.groups
  }
}

resource "aws_ssm_maintenance_window_task" "this" {
  for_each = local.windows

  window_id       = aws_ssm_maintenance_window.this[each.key].id
  name            = each.value.operation
  task_type       = "RUN_COMMAND"
  task_arn        = "AWS-RunPatchBaseline"
  priority        = 1
  max_concurrency = "10%"
  max_errors      = "5%"
  cutoff_behavior = "CONTINUE_TASK"

  targets {
    key    = "WindowTargetIds"
    values = [aws_ssm_maintenance_window_target.this[each.key].id]
  }

  task_invocation_parameters {
    run_command_parameters {
      timeout_seconds = 3600

      parameter {
        name   = "Operation"
        values = [each.value.operation]
      }

      parameter {
        name   = "RebootOption"
        values = ["RebootIfNeeded"]
      }
    }
  }
}
