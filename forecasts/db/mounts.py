"""Whether a file is on this machine: WAL shares memory between programs, so it cannot work on a network file system."""

from __future__ import annotations

import os
import re
from pathlib import Path

_MOUNTS = Path("/proc/self/mountinfo")

_NETWORK = {
    "9p",
    "afs",
    "beegfs",
    "ceph",
    "cifs",
    "coda",
    "davfs",
    "gfs2",
    "glusterfs",
    "gpfs",
    "lustre",
    "ncpfs",
    "nfs",
    "nfs4",
    "ocfs2",
    "orangefs",
    "prl_fs",
    "pvfs2",
    "smb3",
    "smbfs",
    "vboxsf",
    "vmhgfs",
}
_NETWORK_FUSE = re.compile(r"fuse\.(ceph|curlftp|davfs|gluster|gvfs|mfs|rclone|s3|smb|ssh|vmhgfs)")
_ESCAPED = re.compile(r"\\([0-7]{3})")


def network_file_system(path: Path, mounts: Path = _MOUNTS) -> str:
    """The type of the network file system on which the path is; empty on a local one, or where nothing tells."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return ""
    place = os.path.realpath(path)
    best, kind = -1, ""
    for line in lines:
        mounted, _, described = line.partition(" - ")
        fields = mounted.split(" ")
        if len(fields) < 5 or not described:
            continue
        point = _ESCAPED.sub(lambda found: chr(int(found[1], 8)), fields[4])
        inside = point == "/" or place == point or place.startswith(f"{point}/")
        if inside and len(point) >= best:  # of two mounts on one point the later one hides the earlier
            best, kind = len(point), described.split(" ", 1)[0]
    return kind if kind in _NETWORK or _NETWORK_FUSE.match(kind) else ""
