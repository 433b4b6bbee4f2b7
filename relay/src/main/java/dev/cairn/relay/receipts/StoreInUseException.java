package dev.cairn.relay.receipts;

import java.nio.file.Path;

/// Another process writes to this database.
public final class StoreInUseException extends ReceiptsRefusedException {

    private static final long serialVersionUID = 1;

    StoreInUseException(Path db, Path lock, String holder) {
        super(
                db,
                holder + " writes to it, and has locked " + lock + ".",
                "Stop that one first, or name another database.");
    }
}
