"""aiosmtpd with STARTTLS and login required: smtp_server.py PORT CHAIN KEY OUTPUT. Each mail is a JSON line of OUTPUT."""
import asyncio
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

port, chain, key, output = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("ghost@"):
            return "550 5.1.1 No such user"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, server, session, envelope):
        mail = {
            "sender": envelope.mail_from,
            "recipients": envelope.rcpt_tos,
            "secure": session.ssl is not None,
            "loggedIn": session.authenticated,
            "content": envelope.original_content.decode("utf-8", "replace"),
        }
        with open(output, "a") as file:
            file.write(json.dumps(mail, sort_keys=True) + "\n")
        return "250 2.0.0 Ok: queued as AIO1"


def authenticate(server, session, envelope, mechanism, data):
    return AuthResult(success=data.login == b"ada" and data.password == b"hunter2", handled=False)


async def main():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, key)

    def connection():
        return SMTP(
            Handler(),
            hostname="aiosmtpd.test",
            require_starttls=True,
            tls_context=context,
            auth_required=True,
            auth_require_tls=True,
            authenticator=authenticate,
            enable_SMTPUTF8=True,
        )

    server = await asyncio.get_running_loop().create_server(connection, "127.0.0.1", port)
    async with server:
        await server.serve_forever()


asyncio.run(main())
