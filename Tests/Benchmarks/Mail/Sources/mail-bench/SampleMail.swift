import Mailer

/// An ordinary mail of 2.7 KB as sent: text and HTML, German, so that both are encoded.
enum SampleMail {
    static let text = """
        Hallo Jürgen,

        vielen Dank für deine Bestellung. Wir haben sie erhalten und schicken sie morgen los.

          Bestellung  4711-2026
          Artikel     Teekanne, grün (1 Stück)
          Betrag      39,90 €

        Den Stand siehst du jederzeit hier:
        https://shop.example.org/orders/4711-2026?ref=mail&lang=de

        Viele Grüße
        dein Laden

        """

    static let html = """
        <!DOCTYPE html>
        <html lang="de"><head><meta charset="utf-8"><title>Deine Bestellung</title></head>
        <body style="margin:0;padding:0;background:#f4f4f5">
        <table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td align="center">
        <table role="presentation" width="600" cellpadding="0" cellspacing="0" style="background:#ffffff;border-radius:8px">
        <tr><td style="padding:32px;font-family:Helvetica,Arial,sans-serif;font-size:16px;color:#18181b">
        <h1 style="font-size:22px;margin:0 0 16px">Hallo Jürgen,</h1>
        <p style="margin:0 0 16px">vielen Dank für deine Bestellung. Wir haben sie erhalten und schicken sie morgen los.</p>
        <table role="presentation" width="100%"><tr><td>Bestellung</td><td>4711-2026</td></tr>
        <tr><td>Artikel</td><td>Teekanne, grün (1 Stück)</td></tr><tr><td>Betrag</td><td>39,90 €</td></tr></table>
        <p style="margin:24px 0"><a href="https://shop.example.org/orders/4711-2026?ref=mail&amp;lang=de"
        style="background:#2563eb;color:#ffffff;padding:12px 24px;border-radius:6px;text-decoration:none">Stand ansehen</a></p>
        <p style="margin:0 0 16px">Wenn du Fragen hast, antworte einfach auf diese Mail. Bis zum Versand kannst du die
        Bestellung noch ändern oder zurücknehmen; danach hast du dafür vierzehn Tage Zeit.</p>
        <p style="color:#71717a;font-size:13px;margin:0">Viele Grüße<br>dein Laden</p>
        <p style="color:#71717a;font-size:12px;margin:16px 0 0">Laden GmbH, Musterstraße 1, 10115 Berlin</p>
        </td></tr></table></td></tr></table>
        </body></html>

        """

    static func message() throws -> MailMessage {
        var message = try MailMessage(
            from: Mailbox("Der Laden <laden@example.org>"),
            to: [Mailbox("Jürgen Müller <juergen@example.com>")],
            subject: "Deine Bestellung ist unterwegs, Jürgen",
            text: text,
            html: html
        )
        message.idempotencyKey = try IdempotencyKey("order/4711-2026")
        return message
    }
}
