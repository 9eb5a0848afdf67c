"""The console: a local web page for the ward's officer, in a process of its own that the loudspeakers do not depend on."""
