@_exported public import Mailer
