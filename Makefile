# Installs emotiond into the system and takes it out again.
#
#   make                       builds
#   sudo make install          program, model, cascades, service, udev rule, configuration
#   sudo make uninstall        all of it but the configuration
#
# PREFIX (/usr/local) and DESTDIR (for packages) work as usual.

PREFIX ?= /usr/local
DESTDIR ?=
BINDIR = $(PREFIX)/bin
DATADIR = $(PREFIX)/share/emotiond
SYSTEMDDIR ?= /etc/systemd/system
UDEVDIR ?= /etc/udev/rules.d
CONFDIR ?= /etc/emotiond

BINARY = .build/release/emotiond

.PHONY: all install uninstall

# The Swift runtime is linked in: the program runs on machines without Swift.
all:
	scripts/packages build
	SWIFT_DETERMINISTIC_HASHING=1 swift build -c release --product emotiond --static-swift-stdlib

# Does not build: compilers do not belong under sudo.
install:
	@test -x $(BINARY) || { echo "emotiond: build it first: make" >&2; exit 1; }
	install -D -m 755 $(BINARY) $(DESTDIR)$(BINDIR)/emotiond
	strip $(DESTDIR)$(BINDIR)/emotiond
	install -D -m 644 -t $(DESTDIR)$(DATADIR)/models models/*.safetensors models/README.md
	install -D -m 644 -t $(DESTDIR)$(DATADIR)/cascades cascades/*.xml cascades/README.md
	install -d $(DESTDIR)$(SYSTEMDDIR)
	sed 's|/usr/local/bin/|$(BINDIR)/|' systemd/emotiond@.service > $(DESTDIR)$(SYSTEMDDIR)/emotiond@.service
	chmod 644 $(DESTDIR)$(SYSTEMDDIR)/emotiond@.service
	install -D -m 644 systemd/70-emotiond.rules $(DESTDIR)$(UDEVDIR)/70-emotiond.rules
	test -e $(DESTDIR)$(CONFDIR)/emotiond.toml || install -D -m 644 systemd/emotiond.toml $(DESTDIR)$(CONFDIR)/emotiond.toml
	test -n "$(DESTDIR)" || systemctl daemon-reload 2>/dev/null || true

uninstall:
	test -n "$(DESTDIR)" || systemctl disable --now 'emotiond@*' 2>/dev/null || true
	rm -f $(DESTDIR)$(BINDIR)/emotiond $(DESTDIR)$(SYSTEMDDIR)/emotiond@.service $(DESTDIR)$(UDEVDIR)/70-emotiond.rules
	rm -rf $(DESTDIR)$(DATADIR)
	test -n "$(DESTDIR)" || systemctl daemon-reload 2>/dev/null || true
	@test ! -e $(DESTDIR)$(CONFDIR) || echo "emotiond: the configuration in $(CONFDIR) is kept"
