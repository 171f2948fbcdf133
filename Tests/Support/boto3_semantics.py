#!/usr/bin/env python3
"""Plays one script of S3 calls against an endpoint and prints one JSON line per step: name, HTTP status, error code, and
what else is compared. The endpoint, keys and region come from the environment (ENDPOINT, AWS_ACCESS_KEY_ID,
AWS_SECRET_ACCESS_KEY, AWS_DEFAULT_REGION)."""
import json
import os

import boto3
import botocore
from botocore.config import Config

MIB = 1 << 20
endpoint = os.environ["ENDPOINT"]
bucket = os.environ.get("BUCKET", "semantics")


def client(**keys):
    return boto3.client(
        "s3",
        endpoint_url=endpoint,
        config=Config(
            s3={"addressing_style": "path"},
            retries={"max_attempts": 0, "mode": "standard"},
            connect_timeout=5,
            read_timeout=30,
        ),
        **keys,
    )


s3 = client()


def step(name, call, show=None):
    """Runs one call and prints what came of it."""
    line = {"step": name}
    result = None
    try:
        result = call()
        line["status"] = result["ResponseMetadata"]["HTTPStatusCode"]
        line["code"] = ""
        if show:
            line["shows"] = show(result)
    except botocore.exceptions.ClientError as error:
        line["status"] = error.response["ResponseMetadata"].get("HTTPStatusCode")
        line["code"] = error.response.get("Error", {}).get("Code", "")
    except Exception as error:  # A connection that broke, an answer that cannot be read.
        line["status"] = None
        line["code"] = type(error).__name__
    print(json.dumps(line), flush=True)
    return result


def body(result):
    return result["Body"].read().decode()


def metadata(result):
    # rclone adds the time of the file.
    return sorted([k, v] for k, v in result["Metadata"].items() if k.lower() != "mtime")


def keys(result):
    return [o["Key"] for o in result.get("Contents", [])]


def put(key, **more):
    return s3.put_object(Bucket=bucket, Key=key, **{"Body": b"0123456789", **more})


# Buckets
step("create bucket", lambda: s3.create_bucket(Bucket=bucket))
step("create bucket again", lambda: s3.create_bucket(Bucket=bucket))
step("create bucket with a bad name", lambda: s3.create_bucket(Bucket="ab"))
step("head bucket", lambda: s3.head_bucket(Bucket=bucket))
step("head missing bucket", lambda: s3.head_bucket(Bucket="semantics-missing"))
step("list buckets", lambda: s3.list_buckets(), lambda r: bucket in [b["Name"] for b in r["Buckets"]])
step("location", lambda: s3.get_bucket_location(Bucket=bucket), lambda r: r["LocationConstraint"])

# Objects
step("put", lambda: put("a"), lambda r: r["ETag"])
step("get", lambda: s3.get_object(Bucket=bucket, Key="a"), body)
step("get missing", lambda: s3.get_object(Bucket=bucket, Key="missing"))
step("head missing", lambda: s3.head_object(Bucket=bucket, Key="missing"))
step("get from missing bucket", lambda: s3.get_object(Bucket="semantics-missing", Key="a"))
step("put into missing bucket", lambda: s3.put_object(Bucket="semantics-missing", Key="a", Body=b""))
step("put empty", lambda: put("empty", Body=b""), lambda r: r["ETag"])
step("get empty", lambda: s3.get_object(Bucket=bucket, Key="empty"), lambda r: [body(r), r["ContentLength"]])
step(
    "put with metadata",
    lambda: put("meta", Metadata={"Color": "Blue", "n": "1"}, ContentType="text/x-test", CacheControl="no-cache"),
)
step(
    "head with metadata",
    lambda: s3.head_object(Bucket=bucket, Key="meta"),
    lambda r: [metadata(r), r["ContentType"], r.get("CacheControl"), r["ContentLength"]],
)
step("put with right MD5", lambda: put("a", ContentMD5="eB5eJF1ptWaXm4bijSPyxw=="))
step("put with wrong MD5", lambda: put("a", ContentMD5="AAAAAAAAAAAAAAAAAAAAAA=="))
step("put with malformed MD5", lambda: put("a", ContentMD5="AAAA"))
step("put with wrong SHA-256 checksum", lambda: put("a", ChecksumSHA256="47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="))
step("put with right CRC32 checksum", lambda: put("a", ChecksumCRC32="poTHxg=="), lambda r: r.get("ChecksumCRC32"))
step("put with a key of 1,024 bytes", lambda: put("k" * 1024))
step("put with a key of 1,025 bytes", lambda: put("k" * 1025))

# Ranges
def ranged(text):
    return lambda: s3.get_object(Bucket=bucket, Key="a", Range=text)


def range_shown(result):
    return [body(result), result.get("ContentRange")]


step("range from 2 to 4", ranged("bytes=2-4"), range_shown)
step("range from 8", ranged("bytes=8-"), range_shown)
step("last 3 bytes", ranged("bytes=-3"), range_shown)
step("range beyond the end", ranged("bytes=8-100"), range_shown)
step("range behind the end", ranged("bytes=10-"))
step("range of an empty object", lambda: s3.get_object(Bucket=bucket, Key="empty", Range="bytes=0-0"))

# Conditions
etag = '"781e5e245d69b566979b86e28d23f2c7"'
step("get if match", lambda: s3.get_object(Bucket=bucket, Key="a", IfMatch=etag), body)
step("get if match, other tag", lambda: s3.get_object(Bucket=bucket, Key="a", IfMatch='"00"'))
step("get if none match", lambda: s3.get_object(Bucket=bucket, Key="a", IfNoneMatch=etag))
step("head if none match", lambda: s3.head_object(Bucket=bucket, Key="a", IfNoneMatch=etag))
step("put if absent, absent", lambda: put("once", IfNoneMatch="*"))
step("put if absent, present", lambda: put("once", Body=b"other", IfNoneMatch="*"))
step("unchanged by that", lambda: s3.get_object(Bucket=bucket, Key="once"), body)
step("put if match", lambda: put("once", IfMatch=etag))
step("put if match, other tag", lambda: put("once", IfMatch='"00"'))
step("put if match, absent", lambda: put("absent", IfMatch=etag))

# Copies
def copy(to, source="meta", **more):
    return lambda: s3.copy_object(Bucket=bucket, Key=to, CopySource={"Bucket": bucket, "Key": source}, **more)


step("copy", copy("copied"), lambda r: r["CopyObjectResult"]["ETag"])
step("head copied", lambda: s3.head_object(Bucket=bucket, Key="copied"), lambda r: metadata(r))
step("copy with new metadata", copy("copied", MetadataDirective="REPLACE", Metadata={"x": "y"}, ContentType="a/b"))
step(
    "head copied anew",
    lambda: s3.head_object(Bucket=bucket, Key="copied"),
    lambda r: [metadata(r), r["ContentType"]],
)
step("copy onto itself", copy("meta"))
step("copy of nothing", copy("copied", source="missing"))

# Listings
for name in ["l/1", "l/2", "l/d/1", "l/d/2", "l/e/1", "l/é", "l/z z"]:
    put(name)
step("list with prefix", lambda: s3.list_objects_v2(Bucket=bucket, Prefix="l/"), lambda r: [keys(r), r["KeyCount"]])


def prefixes(result):
    return [keys(result), [p["Prefix"] for p in result.get("CommonPrefixes", [])], result["IsTruncated"]]


step("list with delimiter", lambda: s3.list_objects_v2(Bucket=bucket, Prefix="l/", Delimiter="/"), prefixes)
step("list V1 with delimiter", lambda: s3.list_objects(Bucket=bucket, Prefix="l/", Delimiter="/"), prefixes)
first = step("list 3", lambda: s3.list_objects_v2(Bucket=bucket, Prefix="l/", Delimiter="/", MaxKeys=3), prefixes)
token = (first or {}).get("NextContinuationToken", "x")
step(
    "list the rest",
    lambda: s3.list_objects_v2(Bucket=bucket, Prefix="l/", Delimiter="/", ContinuationToken=token),
    prefixes,
)
step("list behind a key", lambda: s3.list_objects_v2(Bucket=bucket, Prefix="l/", StartAfter="l/d/2"), prefixes)
step("list V1 behind a key", lambda: s3.list_objects(Bucket=bucket, Prefix="l/", Marker="l/d/2"), prefixes)
step("list nothing", lambda: s3.list_objects_v2(Bucket=bucket, Prefix="nothing/"), prefixes)
step("list no keys", lambda: s3.list_objects_v2(Bucket=bucket, MaxKeys=0), prefixes)
step("list missing bucket", lambda: s3.list_objects_v2(Bucket="semantics-missing"))

# Uploads in parts
def create(key):
    return s3.create_multipart_upload(Bucket=bucket, Key=key, Metadata={"m": "p"}, ContentType="text/x-parts")


def part(upload, number, data):
    return s3.upload_part(Bucket=bucket, Key=upload["Key"], UploadId=upload["UploadId"], PartNumber=number, Body=data)


def complete(upload, parts, **more):
    listed = [{"PartNumber": n, "ETag": e} for n, e in parts]
    return s3.complete_multipart_upload(
        Bucket=bucket,
        Key=upload["Key"],
        UploadId=upload["UploadId"],
        MultipartUpload={"Parts": listed},
        **more,
    )


upload = step("create upload", lambda: create("parts"), lambda r: r["Key"])
one = step("part 1", lambda: part(upload, 1, b"a" * (5 * MIB)), lambda r: r["ETag"])
two = step("part 2", lambda: part(upload, 2, b"b" * 100), lambda r: r["ETag"])
step("part 0", lambda: part(upload, 0, b"b"))
step("part 10,001", lambda: part(upload, 10001, b"b"))
step(
    "list parts",
    lambda: s3.list_parts(Bucket=bucket, Key="parts", UploadId=upload["UploadId"]),
    lambda r: [[p["PartNumber"], p["Size"]] for p in r["Parts"]],
)
step(
    "list uploads",
    lambda: s3.list_multipart_uploads(Bucket=bucket),
    lambda r: [u["Key"] for u in r.get("Uploads", [])],
)
step("complete out of order", lambda: complete(upload, [(2, two["ETag"]), (1, one["ETag"])]))
step("complete with a wrong tag", lambda: complete(upload, [(1, '"00"')]))
step("complete with a missing part", lambda: complete(upload, [(1, one["ETag"]), (7, two["ETag"])]))
step("complete", lambda: complete(upload, [(1, one["ETag"]), (2, two["ETag"])]), lambda r: r["ETag"])
step("complete again", lambda: complete(upload, [(1, one["ETag"]), (2, two["ETag"])]))
step(
    "head of parts",
    lambda: s3.head_object(Bucket=bucket, Key="parts"),
    lambda r: [r["ContentLength"], r["ETag"], r["ContentType"], r["Metadata"]],
)
step("range across parts", lambda: s3.get_object(Bucket=bucket, Key="parts", Range=f"bytes={5*MIB-2}-{5*MIB+1}"), body)
small = create("small")
tags = [(n, part(small, n, b"x" * 10)["ETag"]) for n in (1, 2)]
step("complete with a small part", lambda: complete(small, tags))
step("abort", lambda: s3.abort_multipart_upload(Bucket=bucket, Key="small", UploadId=small["UploadId"]))
step("abort again", lambda: s3.abort_multipart_upload(Bucket=bucket, Key="small", UploadId=small["UploadId"]))
step("part of an aborted upload", lambda: part(small, 1, b"x"))
cond = create("once")
tag = part(cond, 1, b"x")["ETag"]
step("complete if absent, present", lambda: complete(cond, [(1, tag)], IfNoneMatch="*"))
copied = create("copied-parts")
source = {"Bucket": bucket, "Key": "parts"}
first_half = step(
    "part by copy",
    lambda: s3.upload_part_copy(
        Bucket=bucket, Key="copied-parts", UploadId=copied["UploadId"], PartNumber=1, CopySource=source,
        CopySourceRange=f"bytes=0-{5*MIB-1}",
    ),
    lambda r: r["CopyPartResult"]["ETag"],
)

# Deletions
step("delete", lambda: s3.delete_object(Bucket=bucket, Key="a"))
step("delete again", lambda: s3.delete_object(Bucket=bucket, Key="a"))


def delete(names, **more):
    return s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": n} for n in names], **more})


step("delete many", lambda: delete(["once", "missing"]), lambda r: sorted(d["Key"] for d in r.get("Deleted", [])))
step("delete many quietly", lambda: delete(["meta"], Quiet=True), lambda r: r.get("Deleted", []))
step("delete bucket with objects", lambda: s3.delete_bucket(Bucket=bucket))
step("delete missing bucket", lambda: s3.delete_bucket(Bucket="semantics-missing"))

# Signatures
wrong = client(aws_access_key_id=os.environ["AWS_ACCESS_KEY_ID"], aws_secret_access_key="wrong")
unknown = client(aws_access_key_id="AKIAUNKNOWN000000000", aws_secret_access_key="wrong")
step("wrong secret", lambda: wrong.list_objects_v2(Bucket=bucket))
step("wrong key", lambda: unknown.list_objects_v2(Bucket=bucket))

# All gone
try:
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for found in page.get("Contents", []):
            s3.delete_object(Bucket=bucket, Key=found["Key"])
    for found in s3.list_multipart_uploads(Bucket=bucket).get("Uploads", []):
        s3.abort_multipart_upload(Bucket=bucket, Key=found["Key"], UploadId=found["UploadId"])
except botocore.exceptions.ClientError:
    pass  # A server that deleted a bucket with objects in it.
step("delete bucket", lambda: s3.delete_bucket(Bucket=bucket))
