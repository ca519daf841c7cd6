"""Keep the keys that open sealed texts, apart from the ledger, so that destroying a key erases what it sealed.

The ledger's bytes never change; a person's sealed texts become unreadable when the person's key is gone. Refuses a box
that was moved, swapped or altered, a new key for somebody erased, and a key file that others may read.

**What to back up.** The vault is two parts of one time: its database and ``vault.epoch``. The key-encryption key
(``vault.key`` or ``EVENHAND_VAULT_KEY``) is the third, and belongs elsewhere. A database restored beside an epoch file
of another time opens nothing, for anybody: that is what makes an erasure reach every old copy of the database.
Restored together, the two open what they opened then, and the next opening of the ledger destroys again the keys of all
erased since. So an erasure is complete when the last backup of an older ``vault.epoch`` is gone: keep those for a
short time only.

**What it cannot do.** The bytes of a replaced epoch file are overwritten before they are let go, but a file system that
copies on write, a flash disk or a snapshot may keep them; whoever reads them there also needs the key-encryption key
and an old copy of the database. Key material in the memory of a running process is not wiped. With PostgreSQL the epoch
file still lies in the ledger's folder, so all machines that use one vault share that folder.
"""

from __future__ import annotations

from evenhand.vault.boxes import LARGEST_TEXT_BYTES, associated_data, key_id
from evenhand.vault.erasure import Reconciled
from evenhand.vault.outside import MarkedId, MarkedRecords, OutsideId, SeenRecord
from evenhand.vault.subject_key import SubjectKey
from evenhand.vault.vault import Opening, Vault

__all__ = [
    "LARGEST_TEXT_BYTES",
    "MarkedId",
    "MarkedRecords",
    "Opening",
    "OutsideId",
    "Reconciled",
    "SeenRecord",
    "SubjectKey",
    "Vault",
    "associated_data",
    "key_id",
]
