"""The operator's commands, each as it is typed."""
