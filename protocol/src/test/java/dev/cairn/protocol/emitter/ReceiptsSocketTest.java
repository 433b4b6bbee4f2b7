package dev.cairn.protocol.emitter;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReceiptsSocketTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    Linux      | AGENTRECEIPTS_SOCKET=x.sock XDG_RUNTIME_DIR=/run/user/1 | x.sock
                    Linux      | AGENTRECEIPTS_SOCKET= XDG_RUNTIME_DIR=/run/user/1       | /run/user/1/agentreceipts/events.sock
                    Linux      | XDG_RUNTIME_DIR=relative                                | relative/agentreceipts/events.sock
                    Linux      | XDG_RUNTIME_DIR= XDG_DATA_HOME=/d HOME=/h               | /run/agentreceipts/events.sock
                    Mac OS X   | XDG_RUNTIME_DIR=/r XDG_DATA_HOME=/d HOME=/h             | /d/agent-receipts/events.sock
                    Mac OS X   | XDG_DATA_HOME=d HOME=/h                                 | /h/.local/share/agent-receipts/events.sock
                    Mac OS X   | A=b                                                     |
                    Windows 11 | HOME=/h                                                 |
                    Windows 11 | AGENTRECEIPTS_SOCKET=/x                                 | /x
                    """)
    void isWhereTheRulesOfTheDialectSay(String os, String variables, @Nullable String expected) {
        Map<String, String> environment = new HashMap<>();
        for (String variable : variables.split(" ", -1)) {
            String[] pair = variable.split("=", 2);
            environment.put(pair[0], pair[1]);
        }

        Optional<Path> socket = ReceiptsSocket.usual(environment::get, os);

        assertThat(socket).isEqualTo(Optional.ofNullable(expected).map(Path::of));
    }
}
