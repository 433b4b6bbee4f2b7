package dev.cairn.relay.receipts;

import dev.cairn.protocol.receipt.PrincipalId;
import dev.cairn.protocol.receipt.ReceiptPeer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// On whose behalf a peer acts (`specs/receipts.md` 3.3): the login of its user, where the host's user database
/// has one, else the number. The file is read again when it has changed. Safe to share.
public final class Principals {

    private static final Path HOST_USERS = Path.of("/etc/passwd");
    private static final int LOGIN_FIELD = 0;
    private static final int UID_FIELD = 2;

    private record Users(FileTime modified, Map<Long, String> logins) {}

    private final Path file;
    private volatile @Nullable Users users;

    Principals(Path file) {
        this.file = file;
    }

    static Principals ofHost() {
        return new Principals(HOST_USERS);
    }

    /// The principal's id.
    public String of(ReceiptPeer peer) {
        String login = logins().get(peer.uid());
        return login == null ? PrincipalId.ofUid(peer) : PrincipalId.ofLogin(login);
    }

    private Map<Long, String> logins() {
        Users known = users;
        try {
            FileTime modified = Files.getLastModifiedTime(file);
            if (known == null || !known.modified.equals(modified)) {
                known = new Users(modified, read());
                users = known;
            }
        } catch (IOException _) {
            return known == null ? Map.of() : known.logins; // Without the file, users have numbers.
        }
        return known.logins;
    }

    /// The first login of each user.
    private Map<Long, String> read() throws IOException {
        Map<Long, String> logins = new HashMap<>();
        for (String line : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) { // Comments may be in any encoding.
            String[] fields = line.split(":", -1);
            if (fields.length > UID_FIELD
                    && !fields[LOGIN_FIELD].isEmpty()
                    && fields[UID_FIELD].matches("[0-9]{1,10}")) {
                byte[] login = fields[LOGIN_FIELD].getBytes(StandardCharsets.ISO_8859_1);
                logins.putIfAbsent(Long.valueOf(fields[UID_FIELD]), new String(login, StandardCharsets.UTF_8));
            }
        }
        return logins;
    }
}
