"""Signatures, good and bad, of the kinds that collections of test vectors hold; made with Python's own arithmetic and
with the package cryptography. Each line: kind, key, message, signature (hexadecimal, - for empty), 1 or 0, a name.

kind RSA: key is modulus:exponent; RS256. kind P256: key is the uncompressed point; signature is r and s."""
import hashlib
import math
import sys

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

PREFIX = bytes.fromhex("3031300d060960864801650304020105000420")
MESSAGE = b"header.payload"


def line(kind, key, message, signature, good, name):
    print(kind, key, message.hex() or "-", signature.hex() or "-", int(good), name)


def rsa_vectors(e, *primes):
    """Vectors of a key with these primes."""
    n = math.prod(primes)
    size = (n.bit_length() + 7) // 8
    key = f"{n.to_bytes(size, 'big').hex()}:{e.to_bytes((e.bit_length() + 7) // 8, 'big').hex()}"
    digest = hashlib.sha256(MESSAGE).digest()

    parts = [(prime, pow(e, -1, prime - 1), n // prime, pow(n // prime, -1, prime)) for prime in primes]

    def raw(encoded):
        # By the Chinese remainder theorem: a quarter of the time and less.
        number = int.from_bytes(encoded, "big")
        total = sum(pow(number, own, prime) * inverse % prime * rest for prime, own, rest, inverse in parts)
        return (total % n).to_bytes(size, "big")

    def padded(info, first=b"\x00\x01", fill=b"\xff", separator=b"\x00", tail=b""):
        room = size - len(first) - len(separator) - len(info) - len(tail)
        return first + fill * room + separator + info + tail

    good = raw(padded(PREFIX + digest))
    value = int.from_bytes(good, "big")

    def emit(signature, ok, name, message=MESSAGE):
        line("RSA", key, message, signature, ok, name)

    emit(good, True, "valid")
    for message in (b"", b"a", bytes(1000), "é".encode()):
        own = hashlib.sha256(message).digest()
        emit(raw(padded(PREFIX + own)), True, f"valid-message-of-{len(message)}", message)
    emit(good, False, "other-message", MESSAGE + b".")
    emit(b"", False, "empty")
    emit(bytes(size), False, "zero")
    emit((1).to_bytes(size, "big"), False, "one")
    emit(n.to_bytes(size, "big"), False, "modulus")
    emit((n - 1).to_bytes(size, "big"), False, "modulus-less-one")
    emit(b"\xff" * size, False, "all-ones")
    emit(good[:-1], False, "cut")
    emit(good + b"\x00", False, "zero-after")
    emit(b"\x00" + good, False, "zero-before")
    emit(good.lstrip(b"\x00")[1:], False, "cut-before")
    if (value + n).bit_length() <= size * 8:
        emit((value + n).to_bytes(size, "big"), False, "plus-modulus")
    emit((value + n).to_bytes(size + 1, "big"), False, "plus-modulus-longer")
    for bit in range(0, size * 8, 61):
        emit((value ^ (1 << bit)).to_bytes(size, "big"), False, f"bit-{bit}")
    # Other encodings of the same digest (RFC 8017, section 9.2: there is one).
    infos = {
        "no-null": "302f300b0609608648016503040201" + "0420",
        "null-long-length": "3032300e06096086480165030402010581000420",
        "outer-long-length": "308131300d060960864801650304020105000420",
        "inner-long-length": "303230810d060960864801650304020105000420",
        "indefinite": "3080300d060960864801650304020105000420",
        "octet-string-long": "3032300d06096086480165030402010500048120",
        "other-parameters": "3033300f0609608648016503040201050004000420",
        "sha1-oid": "3029300906052b0e03021a05000420",
        "sha224": "3031300d060960864801650304020405000420",
        "sha384": "3031300d060960864801650304020205000420",
        "sha512": "3031300d060960864801650304020305000420",
        "octet-string-of-31": "3030300d06096086480165030402010500041f",
        "bit-string": "3031300d060960864801650304020105000320",
        "wrong-length": "3030300d060960864801650304020105000420",
    }
    for name, prefix in infos.items():
        emit(raw(padded(bytes.fromhex(prefix) + digest)), False, name)
    emit(raw(padded(digest)), False, "digest-alone")
    emit(raw(padded(PREFIX + digest + b"\x00")), False, "trailing-zero")
    emit(raw(padded(bytes.fromhex("3033300d060960864801650304020105000420") + digest + b"\x05\x00")), False, "null-after")
    emit(raw(padded(PREFIX + digest, first=b"\x00\x02")), False, "block-type-2")
    emit(raw(padded(PREFIX + digest, first=b"\x00\x00")), False, "block-type-0")
    emit(raw(padded(PREFIX + digest, first=b"\x01\x01")) if n >> (size * 8 - 8) > 1 else bytes(size), False, "first-byte-1")
    emit(raw(padded(PREFIX + digest, fill=b"\xfe")), False, "other-fill")
    emit(raw(padded(PREFIX + digest, fill=b"\x00")), False, "zero-fill")
    emit(raw(padded(PREFIX + digest, separator=b"\x01")), False, "separator-1")
    emit(raw(padded(PREFIX + digest, separator=b"")), False, "no-separator")
    for filled in (0, 7, 8, 9, size - 3 - len(PREFIX) - 32 - 1):
        rest = size - 3 - filled - len(PREFIX) - 32
        emit(raw(b"\x00\x01" + b"\xff" * filled + b"\x00" + PREFIX + digest + b"\xab" * rest), False, f"garbage-after-{filled}")
    other = bytearray(padded(PREFIX + digest))
    other[10] ^= 1
    emit(raw(bytes(other)), False, "one-fill-byte")
    wrong = hashlib.sha256(MESSAGE + b"!").digest()
    emit(raw(padded(PREFIX + wrong)), False, "digest-of-other-message")


def rsa_primes(bits):
    numbers = rsa.generate_private_key(65537, bits).private_numbers()
    return numbers.p, numbers.q


short, long = rsa_primes(2048), rsa_primes(4096)
for e in (65537, 65539, 0xFFFFFFFB):
    rsa_vectors(e, *short)
rsa_vectors(65537, *rsa_primes(3072))
rsa_vectors(65537, *long)
# Four primes: made in a moment, verified as any other.
rsa_vectors(65537, *long, *rsa_primes(4096))
# A PSS signature and one of another key.
private = rsa.generate_private_key(65537, 2048)
numbers = private.public_key().public_numbers()
key = f"{numbers.n.to_bytes(256, 'big').hex()}:010001"
line("RSA", key, MESSAGE, private.sign(MESSAGE, padding.PKCS1v15(), hashes.SHA256()), True, "by-library")
pss = private.sign(MESSAGE, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
line("RSA", key, MESSAGE, pss, False, "pss")
line("RSA", key, MESSAGE, private.sign(MESSAGE, padding.PKCS1v15(), hashes.SHA512()), False, "rs512")
stranger = rsa.generate_private_key(65537, 2048)
line("RSA", key, MESSAGE, stranger.sign(MESSAGE, padding.PKCS1v15(), hashes.SHA256()), False, "other-key")

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
FIELD = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF
for number in range(10):
    private = ec.generate_private_key(ec.SECP256R1())
    point = private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint).hex()
    message = b"m" * number
    der = private.sign(message, ec.ECDSA(hashes.SHA256()))
    r, s = utils.decode_dss_signature(der)

    def pair(r, s, size=32):
        return r.to_bytes(size, "big") + s.to_bytes(size, "big")

    def emit(signature, ok, name):
        line("P256", point, message, signature, ok, name)

    emit(pair(r, s), True, "valid")
    emit(pair(r, ORDER - s), True, "high-or-low-s")
    emit(pair(s, r), False, "swapped")
    emit(der, False, "der")
    emit(pair(r, s)[:-1], False, "cut")
    emit(pair(r, s) + b"\x00", False, "zero-after")
    emit(pair(r, s, 33), False, "zeros-before")
    emit(b"", False, "empty")
    for name, a, b in [
        ("zeros", 0, 0), ("zero-r", 0, s), ("zero-s", r, 0), ("ones", 1, 1), ("order-r", ORDER, s), ("order-s", r, ORDER),
        ("orders", ORDER, ORDER), ("order-more", ORDER + 1, ORDER + 1), ("less-one", ORDER - 1, ORDER - 1),
        ("field", FIELD, s), ("field-more", FIELD + 1, s), ("all-ones", 2**256 - 1, 2**256 - 1), ("zero-one", 0, 1), ("one-zero", 1, 0),
        ("negative-r", ORDER - r, s), ("bit-r", r ^ 1, s), ("bit-s", r, s ^ 1),
    ]:
        emit(pair(a, b), False, name)
    if r + ORDER < 2**256:
        emit(pair(r + ORDER, s), False, "r-plus-order")
    if s + ORDER < 2**256:
        emit(pair(r, s + ORDER), False, "s-plus-order")
    sha512 = private.sign(message, ec.ECDSA(hashes.SHA512()))
    emit(pair(*utils.decode_dss_signature(sha512)), False, "sha512")
    line("P256", point, message + b"!", pair(r, s), False, "other-message")
sys.stdout.flush()
