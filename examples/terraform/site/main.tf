# The activations of a site: one for each patch group, whose tag puts the hosts that register with it into the group.

terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

variable "groups" {
  description = "The patch groups of the site's hosts."
  type        = set(string)
}

variable "hosts" {
  description = "How many hosts may register with each activation, 1 to 1000."
  type        = number
}

resource "aws_ssm_activation" "this" {
  for_each = var.groups

  description        = "hosts of ${each.key}"
  iam_role           = "patched"
  registration_limit = var.hosts

  tags = {
    "Patch Group" = each.key
    Owner         = "platform"
  }
}

output "activations" {
  description = "What the agents of each patch group register with."
  sensitive   = true
  value = {
    for group, activation in aws_ssm_activation.this : group => {
      id   = activation.id
      code = activation.activation_code
    }
  }
}
