"""Gemini CLI under happyd."""

from real_agent import Agent, main

main(Agent(
    name="gemini",
    pipe=[],
    ready="Type your message",
    question="Allow execution of",
    approve="Enter",
    tool="[[tool:shell touch tool.txt && echo touched]]",
))
