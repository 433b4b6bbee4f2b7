package dev.cairn.relay.receipts;

import java.nio.file.Path;

/// Why a relay may not go on with this store of receipts: the message names the file, what is wrong and what to
/// do, and is meant for the operator as it stands.
public sealed class ReceiptsRefusedException extends RuntimeException permits StoreInUseException {

    private static final long serialVersionUID = 1;

    ReceiptsRefusedException(Path file, String problem, String remedy) {
        super(file + ": " + problem + "\n" + remedy);
    }

    ReceiptsRefusedException(Path file, String problem, String remedy, Throwable cause) {
        super(file + ": " + problem + "\n" + remedy, cause);
    }
}
