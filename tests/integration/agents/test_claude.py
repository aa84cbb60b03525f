"""Claude Code under happyd."""

from real_agent import Agent, main

main(Agent(
    name="claude",
    # Otherwise newer versions judge tool calls by a model instead of asking.
    arguments=["--permission-mode", "default"],
    pipe=["-p"],
    ready="\u276f",
    question="Do you want to proceed?",
    approve="Enter",
    tool="[[tool:Bash touch tool.txt && echo touched]]",
))
