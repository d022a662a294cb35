# One provider for each site: the region of a request is a site of the policy. Two of them are regions of AWS by no name.

provider "aws" {
  region                 = "us-east-1"
  skip_region_validation = true

  endpoints {
    ssm = var.endpoint
    sts = var.endpoint
  }
}

provider "aws" {
  alias                  = "eu_west_1"
  region                 = "eu-west-1"
  skip_region_validation = true

  endpoints {
    ssm = var.endpoint
    sts = var.endpoint
  }
}

provider "aws" {
  alias                  = "ap_southeast_1"
  region                 = "ap-southeast-1"
  skip_region_validation = true

  endpoints {
    ssm = var.endpoint
    sts = var.endpoint
  }
}

provider "aws" {
  alias                  = "ap_southeast_2"
  region                 = "ap-southeast-2"
  skip_region_validation = true

  endpoints {
    ssm = var.endpoint
    sts = var.endpoint
  }
}

provider "aws" {
  alias                  = "london"
  region                 = "London"
  skip_region_validation = true

  endpoints {
    ssm = var.endpoint
    sts = var.endpoint
  }
}

provider "aws" {
  alias                  = "frankfurt"
  region                 = "Frankfurt"
  skip_region_validation = true

  endpoints {
    ssm = var.endpoint
    sts = var.endpoint
  }
}

module "us_east_1" {
  source = "./site"
  groups = local.groups
  zone   = "America/New_York"
  hosts  = 67
}

module "eu_west_1" {
  source = "./site"
  groups = local.groups
  zone   = "Europe/Dublin"
  hosts  = 67

  providers = {
    aws = aws.eu_west_1
  }
}

module "ap_southeast_1" {
  source = "./site"
  groups = local.groups
  zone   = "Asia/Singapore"
  hosts  = 67

  providers = {
    aws = aws.ap_southeast_1
  }
}

module "ap_southeast_2" {
  source = "./site"
  groups = local.groups
  zone   = "Australia/Sydney"
  hosts  = 67

  providers = {
    aws = aws.ap_southeast_2
  }
}

module "london" {
  source = "./site"
  groups = local.groups
  zone   = "Europe/London"
  hosts  = 25

  providers = {
    aws = aws.london
  }
}

module "frankfurt" {
  source = "./site"
  groups = local.groups
  zone   = "Europe/Berlin"
  hosts  = 25

  providers = {
    aws = aws.frankfurt
  }
}
